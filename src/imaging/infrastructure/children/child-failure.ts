/** Why a job that was given to a child process has no result. */
export type ChildFailureReason =
  /** The child did it and says that it cannot be done; the code says why. */
  | 'refused'
  /** It ran out of time, and the child was killed. */
  | 'deadline'
  /** It took too much memory, and the child was killed. */
  | 'memory'
  /** Nobody needs it any more, and the child was killed. */
  | 'unwanted'
  /** The child died of it. */
  | 'crash'
  /** The child died before it began. */
  | 'not_begun'
  /** No child could be started. */
  | 'no_child'
  /** The pool was stopped. */
  | 'stopped';

/** A job without a result; the message is for the log. Erasable syntax, as in every file that a child loads. */
export class ChildFailure extends Error {
  readonly reason: ChildFailureReason;
  /** The reason of a child that refused. */
  readonly code: string | undefined;
  /** What it told of its work before it ended. */
  readonly told: readonly unknown[];

  constructor(reason: ChildFailureReason, message: string, code?: string, told: readonly unknown[] = []) {
    super(message);
    this.name = 'ChildFailure';
    this.reason = reason;
    this.code = code;
    this.told = told;
  }
}
