import type { LookupAddress } from 'node:dns';
import { type ClientRequest, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { TcpNetConnectOpts } from 'node:net';
import { whenAwakeFor } from '../../../shared/when-awake-for.ts';
import { MessageSender, type SignedMessage } from '../../application/ports.ts';
import type { SendOutcome } from '../../domain/webhook-delivery.ts';
import { type AddressRules, literalOf } from './address-rules.ts';
import { namesBy, type Resolve } from './names.ts';
import { retryAfterOf } from './retry-after.ts';

/** Bytes of an answer that are read; its status is all that counts. */
const MOST_ANSWER_BYTES = 64 * 1024;

/** What the addresses of a name are tried within, all but the last: the rest of a send's time is for the answer. */
const CONNECTING_SHARE = 0.5;
/** Node.js's own limit, for names with very many addresses. Otherwise it is too short: a lost packet is sent again after 1 s. */
const SHORTEST_ATTEMPT_MS = 250;

/** Why nothing was sent, in words for the endpoint's owner. */
class NotSent extends Error {}

/** What Node.js says, in words for the endpoint's owner; addresses of the operator's network are not among them. */
const WORDS: Readonly<Record<string, string>> = {
  ENOTFOUND: 'The name of the host does not resolve',
  EAI_AGAIN: 'The name of the host does not resolve at the moment',
  ECONNREFUSED: 'The connection was refused',
  ECONNRESET: 'The connection was closed before an answer came',
  EPIPE: 'The connection was closed before an answer came',
  EHOSTUNREACH: 'The host cannot be reached',
  ENETUNREACH: 'The host cannot be reached',
  ETIMEDOUT: 'The connection could not be made in time',
};

/**
 * Sends messages over HTTP. A name is resolved once a send, every address of it must be allowed, and the connection is
 * made to those very addresses: a name that means something else a moment later changes nothing. Redirects are answers
 * like any other, and are not followed.
 */
export class GuardedSender extends MessageSender {
  constructor(
    private readonly rules: AddressRules,
    private readonly timeoutSeconds: number,
    private readonly resolve: Resolve = namesBy(),
  ) {
    super();
  }

  async send(message: SignedMessage, stopped: AbortSignal): Promise<SendOutcome> {
    const started = performance.now();
    const timeout = new AbortController();
    // An answer that came while this process itself was stopped is there to be read.
    const callOff = whenAwakeFor(this.timeoutSeconds, () => timeout.abort());
    const late = timeout.signal;
    const outcome = await this.exchange(message, AbortSignal.any([late, stopped]))
      .catch((error: unknown) => ({
        error: late.aborted ? `No answer came within ${this.timeoutSeconds} s` : wordsFor(error),
      }))
      .finally(callOff);
    return { ...outcome, milliseconds: Math.round(performance.now() - started) };
  }

  private async exchange({ url: text, headers, body }: SignedMessage, signal: AbortSignal) {
    const url = new URL(text);
    if (this.rules.expected(text) !== null) throw new NotSent('The URL is not allowed');
    const addresses = await whileNot(signal, this.addressesOf(url, signal));
    if (!addresses.every(({ address }) => this.rules.mayConnect(url, address)))
      throw new NotSent('The host is at an address that is not allowed');
    const options: RequestOptions & Pick<TcpNetConnectOpts, 'autoSelectFamilyAttemptTimeout'> = {
      method: 'POST',
      headers: { ...headers, 'Content-Length': Buffer.byteLength(body) },
      lookup: resolvedTo(addresses),
      // Addresses are tried in turn, and none again: each has its time.
      autoSelectFamilyAttemptTimeout: this.attemptMilliseconds(addresses.length),
      // A connection of its own for each message: none is kept that was made to an address of another day.
      agent: false,
      signal,
    };
    const request = url.protocol === 'http:' ? httpRequest(url, options) : httpsRequest(url, options);
    const response = await whileNot(signal, answerTo(request, body));
    const { statusCode = 0 } = response;
    const retryAfter = retryAfterOf(response.headers['retry-after']);
    // The status is there: nothing that happens to the rest of the answer changes it.
    await whileNot(signal, readSome(response)).catch(() => undefined);
    return { statusCode, ...(retryAfter !== undefined && { retryAfter }) };
  }

  /** How long connecting to one of so many addresses may take before the next is tried. */
  private attemptMilliseconds(addresses: number): number {
    const share = Math.floor((this.timeoutSeconds * 1000 * CONNECTING_SHARE) / addresses);
    return Math.max(SHORTEST_ATTEMPT_MS, share);
  }

  private async addressesOf(url: URL, signal: AbortSignal): Promise<LookupAddress[]> {
    const literal = literalOf(url);
    if (literal !== null) return [{ address: literal, family: literal.includes(':') ? 6 : 4 }];
    return this.resolve(url.hostname, signal);
  }
}

/** Resolves every name to these addresses, in the way in which Node.js asks. */
function resolvedTo(addresses: LookupAddress[]): RequestOptions['lookup'] {
  return (_name, { all }, callback) => {
    const [first] = addresses;
    if (all || !first) callback(null, addresses);
    else callback(null, first.address, first.family);
  };
}

/** Rejects when the signal comes first. */
async function whileNot<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal.reason);
  signal.addEventListener('abort', abort);
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** Settles at the latest when the connection is closed, whatever the receiver has sent until then. */
function answerTo(request: ClientRequest, body: string): Promise<IncomingMessage> {
  const answer = Promise.withResolvers<IncomingMessage>();
  request.on('response', answer.resolve);
  // A 101 is a status that is no success. Its connection would speak another protocol: it is Node.js's no longer to close.
  request.on('upgrade', (response, socket) => {
    socket.destroy();
    answer.resolve(response.destroy());
  });
  request.on('error', answer.reject);
  request.on('close', () =>
    answer.reject(Object.assign(new Error('Closed without an answer'), { code: 'ECONNRESET' })),
  );
  request.end(body);
  return answer.promise;
}

/** Reads the answer to its end or its limit, and closes the connection. */
async function readSome(response: IncomingMessage): Promise<void> {
  let bytes = 0;
  for await (const piece of response) {
    bytes += (piece as Buffer).length;
    if (bytes > MOST_ANSWER_BYTES) break;
  }
  response.destroy();
}

function wordsFor(error: unknown): string {
  if (error instanceof NotSent) return error.message;
  // A number, where a signal is the reason.
  const code = String((error as { code?: unknown }).code);
  if (/^(ERR_TLS|ERR_SSL|CERT|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|EPROTO)/.test(code))
    return 'The encrypted connection could not be made: the certificate is not valid for this host, or the host speaks no TLS';
  if (code.startsWith('HPE_')) return 'The answer was no HTTP';
  return WORDS[code] ?? 'The message could not be sent';
}
