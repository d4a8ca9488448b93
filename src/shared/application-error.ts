/** What went wrong, in the product's words; the problem filter maps each kind to one HTTP status. */
export type ProblemKind =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'gone'
  | 'too_large'
  | 'unsupported'
  | 'range'
  | 'unprocessable'
  | 'too_many'
  | 'internal'
  | 'unavailable'
  /** The rules of HTTP itself are broken: nobody but its adapter has these, each with a status of its own. */
  | 'protocol';

/** Why one value of a request is refused: the stable codes of `errors`, with what each means. */
export const FAULT_MEANINGS = {
  required: 'it is missing',
  invalid_value: 'it is of the wrong type or form, or out of range',
  unknown_field: 'there is no field of this name',
  invalid_json: 'it is not JSON',
  over_limit: 'it breaks a limit of the caller',
  out_of_picture: 'it is impossible for a picture of this size',
  beyond_format: 'it is impossible for a result of this format',
  all_digits: 'a password of digits alone',
  too_common: 'a password that many people use',
  too_similar: 'a password too close to the name or e-mail',
  name_taken: 'the name of an output, which another output before it has',
  account_required: 'what accounts alone may use, from an anonymous caller',
  file_refused: 'a file of a batch that cannot be taken, for the reason that is told',
  not_own_email: 'a name that is an e-mail address, and not that of the account',
} as const;

export type FaultCode = keyof typeof FAULT_MEANINGS;

/** One fault of a request: `pointer` is a JSON pointer into it, e.g. `/operations/1/parameters/quality`. */
export interface Fault {
  pointer: string;
  code: FaultCode;
  detail: string;
}

/** What an error may carry beside its sentence. */
export interface ProblemDetails {
  errors?: Fault[];
  /** Seconds after which the same request may succeed. */
  retryAfter?: number;
  /** Further headers of the answer, e.g. `Allow`. */
  headers?: Record<string, string>;
  cause?: unknown;
  /** The log tells of what is behind it already, once for many requests. */
  isLogged?: boolean;
}

/** The one error type that the service throws on purpose. */
export class ApplicationError extends Error {
  constructor(
    readonly problem: Problem,
    readonly detail: string,
    readonly details: ProblemDetails = {},
  ) {
    super(detail, { cause: details.cause });
    this.name = 'ApplicationError';
  }
}

/** One documented problem: its stable code, and the words of its page at `/problems/{code}/`. */
export class Problem {
  readonly code: string;
  readonly kind: ProblemKind;
  readonly title: string;
  /** What happened, for the page. */
  readonly meaning: string;
  /** How to get past it, for the page. */
  readonly remedy: string;
  /** Of a conflict: it passes by itself, after the seconds in `Retry-After`. */
  readonly passes?: true;
  /** Of `unauthenticated`: the error that its challenge names (RFC 6750, 3.1). */
  readonly bearerError?: string;

  constructor(words: ProblemWords) {
    Object.assign(this, words);
  }

  /** The error to throw; `detail` says what was expected, what came, and which limit was hit. */
  error(detail: string, details?: ProblemDetails): ApplicationError {
    return new ApplicationError(this, detail, details);
  }

  /** Whether a thrown value is this problem. */
  matches(error: unknown): error is ApplicationError {
    return error instanceof ApplicationError && error.problem === this;
  }
}

/** What a problem is made of. */
export type ProblemWords = Pick<Problem, 'code' | 'kind' | 'title' | 'meaning' | 'remedy' | 'passes' | 'bearerError'>;

/** The code of an error that was thrown on purpose; `internal_error` for any other. */
export function codeOf(error: unknown): string {
  return error instanceof ApplicationError ? error.problem.code : 'internal_error';
}
