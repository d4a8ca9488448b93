import { STATUS_CODES } from 'node:http';
import type { ApplicationError, Fault, Problem } from '../application-error.ts';
import { statusOf } from './http-problems.ts';

/** Media type of every error (RFC 9457). */
export const PROBLEM_TYPE = 'application/problem+json';

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
  const { code, title } = error.problem;
  return {
    type: `${context.baseUrl}/problems/${code}/`,
    title,
    status: statusOf(error.problem),
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
  if (problem.kind === 'unauthenticated') headers['WWW-Authenticate'] = challengeOf(problem);
  if (details.retryAfter !== undefined) headers['Retry-After'] = String(details.retryAfter);
  return { ...headers, ...details.headers };
}

function challengeOf({ bearerError }: Problem): string {
  return `Bearer realm="imagepro"${bearerError === undefined ? '' : `, error="${bearerError}"`}`;
}

/** The status line of a raw answer. */
export function statusLine(status: number): string {
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}`;
}
