/** The version of a change that tells only that others may have been missed: whoever listens looks again. */
export const MISSED = 0;

/** One change of a job; `version` is null when it was deleted. */
export interface JobChange {
  readonly id: string;
  readonly version: number | null;
  /** Set when the job waits or runs still: who is after its end need not look at it. */
  readonly unfinished?: true;
}

/** Tells everyone who waits for a job that it has changed. A change may be told twice, or late; never is it the truth. */
export abstract class JobEvents {
  abstract publish(change: JobChange): Promise<void>;
  /** Calls `listener` at each change of this job until the returned function is called. */
  abstract subscribe(id: string, listener: (change: JobChange) => void): () => void;
}
