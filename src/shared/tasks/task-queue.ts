/** The kinds of tasks there are. Each has a queue of its own, so that none waits for another kind. */
export const TASK_KINDS = ['images', 'webhooks'] as const;

export type TaskKind = (typeof TASK_KINDS)[number];

/** A message of the queue: which row or group of rows of the database, and how often it has been tried. */
export interface Task {
  readonly id: string;
  readonly attempt: number;
  /** Of those that wait, all of a lower rank are handed out first; 0 when left out. */
  readonly queueRank?: number;
}

/** Works on the task of this id; calls `leave` when another one may begin, though this one goes on. */
export type TaskHandler = (id: string, leave: () => void) => Promise<void>;

/** Wakes workers up. It may lose or repeat its messages; the database is the truth, and a sweep repairs. */
export abstract class TaskQueue {
  /**
   * Hands a task out, not before `delaySeconds` are over. One that waits already is not added twice; a message of one
   * attempt never blocks the next.
   */
  abstract add(kind: TaskKind, task: Task, options?: { delaySeconds?: number }): Promise<void>;
  /** How many messages wait, those apart that are delayed. */
  abstract depth(kind: TaskKind): Promise<number>;
  /** Begins to hand the tasks of this kind to the handler, so many at once; after a `drain` it goes on with them. */
  abstract consume(kind: TaskKind, concurrency: number, handler: TaskHandler): void;
  /** Hands out no more tasks of this kind, and resolves when the running ones are done. */
  abstract drain(kind: TaskKind): Promise<void>;
}
