import { STATUS_CODES } from 'node:http';
import type { ApplicationError, Fault, ProblemKind } from '../application-error.ts';

/** Media type of every error (RFC 9457). */
export const PROBLEM_TYPE = 'application/problem+json';

/** The one map from kinds of problems to HTTP statuses. */
export const STATUS_OF: Readonly<Record<ProblemKind, number>> = {
  invalid: 400,
  unauthenticated: 401,
  not_found: 404,
  method_not_allowed: 405,
  timeout: 408,
  conflict: 409,
  gone: 410,
  too_large: 413,
  unsupported: 415,
  range: 416,
  expectation: 417,
  unprocessable: 422,
  too_many: 429,
  headers_too_large: 431,
  internal: 500,
  unavailable: 503,
};

/** An error as its client reads it (RFC 9457). */
export interface ProblemDocument {
  type: string;
  title: string;
  status: number;
  detail: string;
  instance: string;
  code: string;
  request_id: string;
  errors?: Fault[];
}

/** What the document says of its request. */
export interface ProblemContext {
  baseUrl: string;
  instance: string;
  requestId: string;
}

export function problemDocument(error: ApplicationError, context: ProblemContext): ProblemDocument {
  const { code, kind, title } = error.problem;
  return {
    type: `${context.baseUrl}/problems/${code}/`,
    title,
    status: STATUS_OF[kind],
    detail: error.detail,
    instance: context.instance,
    code,
    request_id: context.requestId,
    ...(error.details.errors && { errors: error.details.errors }),
  };
}

/** The headers that go with it. */
export function problemHeaders({ details, problem }: ApplicationError): Record<string, string> {
  const headers: Record<string, string> = { 'Content-Type': PROBLEM_TYPE, 'Cache-Control': 'no-store' };
  if (problem.kind === 'unauthenticated') headers['WWW-Authenticate'] = 'Bearer realm="imagepro"';
  if (details.retryAfter !== undefined) headers['Retry-After'] = String(details.retryAfter);
  return { ...headers, ...details.headers };
}

/** The status line of a raw answer. */
export function statusLine(status: number): string {
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}`;
}
