import { isUtf8 } from 'node:buffer';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { json } from 'express';
import { expectation } from '../expectation.ts';
import { requestProblems } from '../problems.ts';
import { httpProblems } from './http-problems.ts';
import { type IdentifiedRequest, requestIdOf } from './request.ts';
import { notUtf8 } from './utf8.ts';

/** Largest JSON body, in bytes. */
export const JSON_BYTES = 16 * 1024;

/** How long the rest of a refused body is read and thrown away, so that its sender gets to read the answer. */
const DRAIN_MS = 5000;

/** Gives every request its id, and says it in the answer. */
export function requestId(request: Request, response: Response, next: NextFunction): void {
  const id = requestIdOf(request);
  (request as IdentifiedRequest).id = id;
  response.setHeader('X-Request-Id', id);
  next();
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
  if (bringsBody(request)) response.once('finish', () => drain(request));
  next();
}

function drain(request: Request): void {
  if (request.complete) return;
  const { socket } = request;
  const timer = setTimeout(() => socket.destroy(), DRAIN_MS);
  const settled = () => {
    clearTimeout(timer);
    // The connection may carry many requests more.
    socket.off('close', settled);
  };
  request.once('end', settled);
  socket.once('close', settled);
  request.resume();
}

/** Refuses an expectation that nobody can meet; `100-continue` is met where the body is read. */
export function metExpectation(request: Request, _response: Response, next: NextFunction): void {
  const { expect } = request.headers;
  const met = expect === undefined || expect.toLowerCase() === '100-continue';
  next(met ? undefined : httpProblems.expectationFailed.error(expectation('100-continue', 'Expect', expect)));
}

/** In place of a JSON body that was refused: whoever needs the body throws the reason, once the request is counted. */
export class RefusedBody {
  constructor(readonly reason: unknown) {}
}

/** Reads JSON bodies; uploads are read by their own interceptor, after the guards. */
export function jsonBody(): RequestHandler {
  const parse = json({ limit: JSON_BYTES, type: 'application/json', strict: false, verify: onlyUtf8() });
  return (request, response, next) => {
    if (!bringsBody(request)) return next();
    const refuse = (reason: unknown) => {
      request.body = new RefusedBody(reason);
      next();
    };
    if (!request.is('application/json')) return refuse(notJson(request));
    const declared = declaredBytes(request);
    if (declared > JSON_BYTES) return refuse(bodyTooLarge(declared));
    awaitedBody(request, response);
    parse(request, response, (error?: unknown) => (error ? refuse(refusalOfBytes(error)) : next()));
  };
}

/** For a parser of Express: refuses bytes that are no UTF-8; `asRead` are those that it will make of what came. */
export function onlyUtf8(asRead = (bytes: Buffer) => bytes) {
  return (_request: unknown, _response: unknown, bytes: Buffer, encoding: string): void => {
    if (encoding === 'utf-8' && !isUtf8(asRead(bytes))) throw notUtf8('the body');
  };
}

/** What a parser says of that comes with the body itself, which may hold a password; other errors as they are. */
export function refusalOfBytes(error: unknown): unknown {
  return (error as { type?: string }).type === 'entity.verify.failed' ? notUtf8('the body') : error;
}

function bringsBody(request: Request): boolean {
  return declaredBytes(request) > 0 || request.headers['transfer-encoding'] !== undefined;
}

function declaredBytes({ headers }: Request): number {
  return Number(headers['content-length'] ?? 0);
}

/** Tells a client that waits for it (`Expect: 100-continue`) to send the body; a refusal before this saves the body. */
export function awaitedBody(request: Request, response: Response): void {
  if (request.headers.expect !== undefined && !response.headersSent) response.writeContinue();
}

/**
 * Refuses a body that is coded where it is read as it comes; only the parsers of Express decode theirs.
 * @throws unsupported_media_type
 */
export function assertNotEncoded({ headers }: Request): void {
  const encoding = headers['content-encoding'] || 'identity';
  if (encoding.toLowerCase() === 'identity') return;
  throw requestProblems.unsupportedMediaType.error(
    expectation('identity, or none, since forms are read as they come,', 'Content-Encoding', encoding),
    { headers: { 'Accept-Encoding': 'identity' } },
  );
}

function notJson(request: Request) {
  const detail = expectation('application/json', 'Content-Type', request.headers['content-type']);
  return requestProblems.unsupportedMediaType.error(detail);
}

function bodyTooLarge(bytes: number) {
  return requestProblems.bodyTooLarge.error(
    `Expected a JSON body of at most ${JSON_BYTES} bytes, received ${bytes} bytes`,
  );
}
