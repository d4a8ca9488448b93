/**
 * @import { ProblemDocument } from '../../shared/http/problem-document.ts'
 * @import { FieldFault } from './form-words.js'
 * @typedef {Omit<ProblemDocument, 'errors'> & { errors?: readonly FieldFault[] }} ShownDocument A problem document; its faults may have codes of the page's own.
 */

/** What the API refused, or could not be reached for. */
export class Problem extends Error {
  /**
   * @param {ShownDocument} document
   * @param {number | undefined} retryAfter seconds after which the same request may succeed
   */
  constructor(document, retryAfter) {
    super(document.detail);
    this.document = document;
    this.retryAfter = retryAfter;
  }

  get status() {
    return this.document.status;
  }

  get code() {
    return this.document.code;
  }
}

/**
 * The answer to a request.
 * @param {string} url
 * @param {RequestInit} [init]
 * @returns {Promise<Response>}
 * @throws {Problem}
 */
export async function answerTo(url, init) {
  /** @type {Response} */
  let response;
  try {
    response = await fetch(url, { cache: 'no-store', ...init });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw unreachable();
  }
  if (response.ok) return response;
  throw problemOf(response.status, await response.text(), response.headers.get('Retry-After'));
}

/**
 * A request with a JSON body, or none.
 * @param {string} method
 * @param {object} [body]
 * @param {HeadersInit} [headers]
 * @returns {RequestInit}
 */
export function json(method, body, headers = {}) {
  if (!body) return { method, headers };
  return { method, headers: { 'Content-Type': 'application/json', ...headers }, body: JSON.stringify(body) };
}

/**
 * The problem that an answer holds; an answer of something between, such as a proxy, becomes one.
 * @param {number} status
 * @param {string} text
 * @param {string | null} retryAfter
 */
export function problemOf(status, text, retryAfter) {
  const seconds = retryAfter && /^\d+$/.test(retryAfter) ? Number(retryAfter) : undefined;
  try {
    return new Problem(JSON.parse(text), seconds);
  } catch {
    return new Problem(made(status, 'unreadable_answer', `The server answered with status ${status}`), seconds);
  }
}

/** The server could not be reached. */
export function unreachable() {
  return new Problem(
    made(0, 'unreachable', 'The server cannot be reached; check the connection and try again'),
    undefined,
  );
}

/** A chosen file cannot be read any more. @param {string} name @param {string} field of the request */
export function unreadable(name, field) {
  const detail = `${name} has changed since it was chosen, or is gone. Choose it again`;
  return new Problem(
    { ...made(400, 'file_changed', detail), errors: [{ pointer: `/${field}`, code: 'file_changed', detail }] },
    undefined,
  );
}

/** The session of whoever was signed in has ended. */
export function sessionEnded() {
  return new Problem(made(401, 'invalid_token', 'Your session has ended. Log in again'), undefined);
}

/**
 * @param {number} status
 * @param {string} code
 * @param {string} detail
 * @returns {ProblemDocument}
 */
function made(status, code, detail) {
  return { type: 'about:blank', title: detail, status, detail, instance: '', code, request_id: '' };
}
