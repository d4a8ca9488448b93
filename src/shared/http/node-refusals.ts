import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { ApplicationError } from '../application-error.ts';
import { requestProblems } from '../problems.ts';
import { httpProblems } from './http-problems.ts';
import { problemDocument, problemHeaders, statusLine } from './problem-document.ts';

/** How long a refused client may go on sending, so that it gets to read the answer; then its connection is cut. */
const LINGER_MS = 2000;

/** Connections that have had their refusal: what still comes on them is thrown away. */
const refused = new WeakSet<Socket>();

/** How Node names what it refuses before there is a request. */
interface ParserError extends Error {
  code?: string;
}

/** Makes Node's own refusals (malformed HTTP, 408, 431, unknown expectations) problem documents like all others. */
export function answerNodeRefusals(server: Server, publicUrl: string | null): void {
  server.on('clientError', (error: ParserError, socket: Socket) => {
    if (refused.has(socket)) return;
    if (error.code === 'ECONNRESET' || !socket.writable || hasAnswer(socket)) return void socket.destroy();
    refuse(socket, refusalOf(error), publicUrl);
  });
  server.on('connect', (_request: IncomingMessage, socket: Socket) => {
    const detail = 'Expected a request to this service, received one for a tunnel';
    refuse(socket, requestProblems.malformedRequest.error(detail), publicUrl);
  });
  // The body is asked for only where it is read: a request that is refused before that need not send it.
  for (const event of ['checkContinue', 'checkExpectation']) {
    server.on(event, (request: IncomingMessage, response: ServerResponse) => server.emit('request', request, response));
  }
}

/** Whether the request on this connection is being answered already. */
function hasAnswer(socket: Socket): boolean {
  return (socket as Socket & { _httpMessage?: ServerResponse })._httpMessage?.headersSent === true;
}

function refusalOf({ code, message }: ParserError): ApplicationError {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return httpProblems.requestTimeout.error('Expected the whole request within the time limit, received a part of it');
  }
  if (code === 'HPE_HEADER_OVERFLOW') {
    return httpProblems.headersTooLarge.error('Expected a request line and headers of at most 16 KiB, received more');
  }
  return requestProblems.malformedRequest.error(
    `Expected a request that keeps the rules of HTTP, received one that does not: ${message}`,
  );
}

function refuse(socket: Socket, error: ApplicationError, publicUrl: string | null): void {
  const requestId = randomUUID();
  const baseUrl = (publicUrl ?? `http://${socket.localAddress}:${socket.localPort}`).replace(/\/+$/, '');
  const document = problemDocument(error, { baseUrl, instance: '/', requestId });
  const body = JSON.stringify(document);
  const headers = {
    ...problemHeaders(error),
    'X-Request-Id': requestId,
    'X-Content-Type-Options': 'nosniff',
    'Content-Length': String(Buffer.byteLength(body)),
    Connection: 'close',
  };
  const lines = [statusLine(document.status), ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`)];
  refused.add(socket);
  const cut = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once('close', () => clearTimeout(cut));
  socket.on('error', () => socket.destroy());
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`);
}
