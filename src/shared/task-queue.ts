/** Wakes workers up: its messages are job ids. It may lose or repeat them; the database is the truth, and a sweep repairs. */
export abstract class TaskQueue {
  abstract add(id: string): Promise<void>;
  /** Rejects when the queue does not answer. */
  abstract check(): Promise<void>;
}
