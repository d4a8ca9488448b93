import { Problem, type ProblemKind, type ProblemWords } from '../application-error.ts';

/** The one map from kinds of problems to HTTP statuses. */
const STATUS_OF: Readonly<Record<ProblemKind, number>> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  gone: 410,
  too_large: 413,
  unsupported: 415,
  range: 416,
  unprocessable: 422,
  too_many: 429,
  internal: 500,
  unavailable: 503,
  protocol: 400,
};

/** A problem that nothing but HTTP knows, and so with a status of its own. */
class HttpProblem extends Problem {
  constructor(
    readonly status: number,
    words: Omit<ProblemWords, 'kind'>,
  ) {
    super({ ...words, kind: 'protocol' });
  }
}

/** The HTTP status of a problem. */
export function statusOf(problem: Problem): number {
  return problem instanceof HttpProblem ? problem.status : STATUS_OF[problem.kind];
}

/** The problems of HTTP itself. */
export const httpProblems = {
  methodNotAllowed: new HttpProblem(405, {
    code: 'method_not_allowed',
    title: 'The method is not allowed here',
    meaning: 'The path exists, but not with this HTTP method.',
    remedy: 'Use one of the methods that the `Allow` header names.',
  }),
  requestTimeout: new HttpProblem(408, {
    code: 'request_timeout',
    title: 'The request took too long to arrive',
    meaning: 'The headers or the body of the request did not arrive within the time that the server waits.',
    remedy: 'Send the request again over a faster connection, or send a smaller file.',
  }),
  headersTooLarge: new HttpProblem(431, {
    code: 'headers_too_large',
    title: 'The headers are too large',
    meaning: 'The request line and the headers are together larger than the server reads.',
    remedy: 'Send fewer or shorter headers; drop cookies that this service does not need.',
  }),
  expectationFailed: new HttpProblem(417, {
    code: 'expectation_failed',
    title: 'The expectation cannot be met',
    meaning: 'The `Expect` header asks for something other than `100-continue`.',
    remedy: 'Send the request without the `Expect` header.',
  }),
};
