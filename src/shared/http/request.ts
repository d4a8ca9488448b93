import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isIPv6, type Socket } from 'node:net';
import type { Request } from 'express';

const REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/;

/** A request as the service's own middleware leaves it. */
export interface IdentifiedRequest extends Request {
  /** The client's `X-Request-Id`, or a new one. */
  id: string;
}

/** Scheme, host and path that absolute URLs in answers start with, without a slash at the end. */
export function baseUrlOf(request: Request, publicUrl: string | null): string {
  return (publicUrl ?? `${request.protocol}://${request.host}`).replace(/\/+$/, '');
}

/** What stands in its place where a request names no host that can be used: where it has come in. */
export function addressOf({ localAddress = '', localPort }: Socket): string {
  return `http://${isIPv6(localAddress) ? `[${localAddress}]` : localAddress}:${localPort}`;
}

/** The id of a request: the client's own if it is 1-64 of `[A-Za-z0-9._-]`, else a new one. */
export function requestIdOf(request?: IncomingMessage): string {
  const given = request?.headers['x-request-id'];
  return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
}
