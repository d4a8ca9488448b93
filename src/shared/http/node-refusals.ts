import { type IncomingMessage, maxHeaderSize, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { ApplicationError } from '../application-error.ts';
import { requestProblems } from '../problems.ts';
import { closeAfterAnswer, linger } from './close-after-answer.ts';
import { httpProblems } from './http-problems.ts';
import { problemDocument, problemHeaders, statusLine } from './problem-document.ts';
import { addressOf, requestIdOf } from './request.ts';

/** What Node refused before there was a request, as it was answered. */
export interface RawRefusal {
  readonly request_id: string;
  readonly status: number;
  readonly code: string;
  readonly address: string | undefined;
}

/** How the service answers. */
export interface Answering {
  readonly publicUrl: string | null;
  /** Headers of every answer to whichever page asks. */
  readonly headers: Readonly<Record<string, string>>;
  /** Answers a request, as every error of it is answered. */
  answer(error: ApplicationError, request: IncomingMessage, response: ServerResponse): void;
  log(refusal: RawRefusal): void;
}

/** The last request of a connection that Node could read, and the answer to it. */
interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** How Node names what it refuses. */
interface ParserError extends Error {
  code?: string;
}

/** Makes Node's own refusals (malformed HTTP, 408, 431, unknown expectations) problem documents like all others. */
export function answerNodeRefusals(server: Server, answering: Answering): void {
  const latest = new WeakMap<Socket, Exchange>();
  /** Connections that have had their refusal: what still comes on them is thrown away. */
  const refused = new WeakSet<Socket>();
  server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request;
    const exchange = { request, response };
    latest.set(socket, exchange);
    // A connection that idles until its next request must not keep what belonged to the last one.
    response.once('close', () => {
      if (!isUnderWay(exchange) && latest.get(socket) === exchange) latest.delete(socket);
    });
  });
  server.on('clientError', (error: ParserError, socket: Socket) => {
    if (refused.has(socket)) return;
    if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
    refused.add(socket);
    const exchange = latest.get(socket);
    if (exchange && isUnderWay(exchange)) settle(exchange, error, socket, answering);
    else refuse(socket, refusalOf(error), answering);
  });
  server.on('connect', (request: IncomingMessage, socket: Socket) => {
    refused.add(socket);
    const detail = 'Expected a request to this service, received one for a tunnel';
    refuse(socket, requestProblems.malformedRequest.error(detail), answering, requestIdOf(request));
  });
  // The body is asked for only where it is read: a request that is refused before that need not send it.
  for (const event of ['checkContinue', 'checkExpectation']) {
    server.on(event, (request: IncomingMessage, response: ServerResponse) => server.emit('request', request, response));
  }
}

function isUnderWay({ request, response }: Exchange): boolean {
  return !request.complete || !response.writableFinished;
}

/** The refusal is the answer to a request that has not come whole; one that has is answered, whatever comes behind it. */
function settle({ request, response }: Exchange, error: ParserError, socket: Socket, { answer }: Answering): void {
  const isAnswered = request.complete || response.headersSent;
  closeAfterAnswer(response, socket);
  if (!isAnswered) answer(refusalOf(error), request, response);
}

function refusalOf({ code, message }: ParserError): ApplicationError {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return httpProblems.requestTimeout.error('Expected the whole request within the time limit, received a part of it');
  }
  if (code === 'HPE_HEADER_OVERFLOW') {
    return httpProblems.headersTooLarge.error(
      `Expected a request line and headers of at most ${maxHeaderSize} bytes, received more`,
    );
  }
  return requestProblems.malformedRequest.error(
    `Expected a request that keeps the rules of HTTP, received one that does not: ${message}`,
  );
}

/** Answers by hand where there is no request to answer: nothing is known of it, neither its path nor its host. */
function refuse(socket: Socket, error: ApplicationError, answering: Answering, requestId = requestIdOf()): void {
  const baseUrl = (answering.publicUrl ?? addressOf(socket)).replace(/\/+$/, '');
  const document = problemDocument(error, { baseUrl, instance: '/', requestId });
  const body = JSON.stringify(document);
  const headers = {
    ...problemHeaders(error),
    ...answering.headers,
    'X-Request-Id': requestId,
    'X-Content-Type-Options': 'nosniff',
    'Content-Length': String(Buffer.byteLength(body)),
    Connection: 'close',
  };
  const lines = [statusLine(document.status), ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`)];
  answering.log({
    request_id: requestId,
    status: document.status,
    code: document.code,
    address: socket.remoteAddress,
  });
  socket.write(`${lines.join('\r\n')}\r\n\r\n${body}`);
  linger(socket);
}
