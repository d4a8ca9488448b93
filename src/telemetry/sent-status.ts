import type { ServerResponse } from 'node:http';

/** nginx's word for a client that closed its request: no status of HTTP, since nobody is sent it. */
const CLIENT_CLOSED_REQUEST = 499;

/** The status that a client was sent; 499 when the connection went before there was any. */
export function sentStatus({ headersSent, statusCode }: ServerResponse): number {
  return headersSent ? statusCode : CLIENT_CLOSED_REQUEST;
}
