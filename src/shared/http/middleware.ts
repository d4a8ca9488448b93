import { randomUUID } from 'node:crypto';
import { isIPv6 } from 'node:net';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { json } from 'express';
import { expectation } from '../expectation.ts';
import { requestProblems } from '../problems.ts';
import type { IdentifiedRequest } from './request.ts';

/** Largest JSON body, in bytes. */
export const JSON_BYTES = 16 * 1024;

/** How long the rest of a refused body is read and thrown away, so that its sender gets to read the answer. */
const DRAIN_MS = 5000;

const REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/;
const HOST = /^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9.])?)(?::(\d{1,5}))?$/;

/** Gives every request an id: the client's own if it is 1-64 of `[A-Za-z0-9._-]`, else a new one. */
export function requestId(request: Request, response: Response, next: NextFunction): void {
  const given = request.headers['x-request-id'];
  const id = typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
  (request as IdentifiedRequest).id = id;
  response.setHeader('X-Request-Id', id);
  next();
}

/** Refuses a `Host` that is no valid host and port: absolute URLs in answers are made from it. */
export function validHost(request: Request, _response: Response, next: NextFunction): void {
  const host = request.host ?? '';
  const [, name = '', port = '0'] = HOST.exec(host) ?? [];
  const address = name.startsWith('[') ? isIPv6(name.slice(1, -1)) : name !== '';
  const valid = address && Number(port) <= 65_535;
  next(valid ? undefined : requestProblems.malformedRequest.error(expectation('a valid host and port', 'Host', host)));
}

/** Answers are not to be kept by caches unless a route says otherwise. */
export function neverCached(_request: Request, response: Response, next: NextFunction): void {
  response.setHeader('Cache-Control', 'no-store');
  next();
}

/**
 * Bounds what happens after an early answer: Node reads the rest of the body and throws it away; a client that still
 * sends after 5 s is cut.
 */
export function boundedDrain(request: Request, response: Response, next: NextFunction): void {
  response.once('finish', () => {
    if (request.complete) return;
    const timer = setTimeout(() => request.socket.destroy(), DRAIN_MS);
    request.once('end', () => clearTimeout(timer));
    request.socket.once('close', () => clearTimeout(timer));
    request.resume();
  });
  next();
}

/** Reads JSON bodies; uploads are read by their own interceptor, after the guards. */
export function jsonBody(): RequestHandler {
  const parse = json({ limit: JSON_BYTES, type: 'application/json', strict: false });
  return (request, response, next) => {
    if (request.is('multipart/form-data')) return next();
    const declared = Number(request.headers['content-length'] ?? 0);
    const hasBody = declared > 0 || request.headers['transfer-encoding'] !== undefined;
    if (!hasBody) return next();
    if (declared > JSON_BYTES) return next(bodyTooLarge(declared));
    if (!request.is('application/json')) return next(notJson(request));
    awaitedBody(request, response);
    parse(request, response, next);
  };
}

/** Tells a client that waits for it (`Expect: 100-continue`) to send the body; a refusal before this saves the body. */
export function awaitedBody(request: Request, response: Response): void {
  if (request.headers.expect !== undefined && !response.headersSent) response.writeContinue();
}

/** Only the accounts' routes read JSON; elsewhere a route may take another type, or there is none. */
function notJson(request: Request) {
  if (!request.path.startsWith('/accounts/')) return undefined;
  const detail = expectation('application/json', 'Content-Type', request.headers['content-type']);
  return requestProblems.unsupportedMediaType.error(detail);
}

function bodyTooLarge(bytes: number) {
  return requestProblems.bodyTooLarge.error(
    `Expected a JSON body of at most ${JSON_BYTES} bytes, received ${bytes} bytes`,
  );
}
