/** A message of the queue: which job, and how often it has been tried; a message of one attempt never blocks the next. */
export interface Task {
  readonly id: string;
  readonly attempt: number;
}

/** Wakes workers up. It may lose or repeat its messages; the database is the truth, and a sweep repairs. */
export abstract class TaskQueue {
  abstract add(task: Task): Promise<void>;
  /** How many messages wait. */
  abstract depth(): Promise<number>;
}
