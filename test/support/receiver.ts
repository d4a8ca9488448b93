import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';
import { vi } from 'vitest';

/** A message as it came. */
export interface ReceivedMessage {
  readonly headers: Record<string, string>;
  readonly body: string;
  /** The path that it was sent to. */
  readonly path: string;
}

/** Answers the n-th message, counted from 1. */
export type AnswerTo = (response: ServerResponse, n: number, request: IncomingMessage) => void;

/** Settings of a service that may send to receivers on this machine. */
export const TO_THIS_MACHINE = { WEBHOOK_NETWORKS: '127.0.0.0/8', WEBHOOK_HTTP: 'on' };

/** A program on this machine that is told of events. */
export class Receiver {
  readonly messages: ReceivedMessage[] = [];
  private readonly arrivals = new EventEmitter();

  private constructor(private readonly server: Server) {}

  static async listen(answer: AnswerTo = (response) => response.writeHead(204).end()): Promise<Receiver> {
    const server = createServer();
    const receiver = new Receiver(server);
    server.on('request', async (request, response) => {
      const message = { headers: request.headers as Record<string, string>, path: request.url ?? '' };
      receiver.messages.push({ ...message, body: await text(request) });
      answer(response, receiver.messages.length, request);
      receiver.arrivals.emit('message');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return receiver;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/hook`;
  }

  /** Resolves with all messages when so many have come. */
  async received(count: number): Promise<readonly ReceivedMessage[]> {
    while (this.messages.length < count) await once(this.arrivals, 'message');
    return this.messages;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}

/** What a message says, once its signature is verified, as at the moment that it was signed. */
export function verified<Body>(secret: string, { headers, body }: ReceivedMessage): Body {
  const now = vi.spyOn(Date, 'now').mockReturnValue(Number(headers['webhook-timestamp']) * 1000);
  try {
    return new Webhook(secret).verify(body, headers) as Body;
  } finally {
    now.mockRestore();
  }
}
