/** A message of the queue: which job, and how often it has been tried; a message of one attempt never blocks the next. */
export interface Task {
  readonly id: string;
  readonly attempt: number;
}

/**
 * Tasks that one process has in hand: one more than it has children, so that a job's files are moved and its row is written
 * while all children work on the pixels of others.
 */
export function tasksInHand(children: number): number {
  return children + 1;
}

/** Wakes workers up. It may lose or repeat its messages; the database is the truth, and a sweep repairs. */
export abstract class TaskQueue {
  abstract add(task: Task): Promise<void>;
  /** How many messages wait. */
  abstract depth(): Promise<number>;
}
