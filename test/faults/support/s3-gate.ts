import { once } from 'node:events';
import { createServer, type IncomingMessage, request as requestOf, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { inject } from 'vitest';

/** Where a request is held: before S3 hears of it, or with half of the file's bytes on their way, in or out. */
type Place = 'start' | 'half';

/** Requests that are held, and those that will be. */
export interface Hold {
  /** Resolves when the first one is held. */
  readonly reached: Promise<void>;
  /** Lets them go on, and all that come after. */
  release(): void;
}

interface Held extends Hold {
  readonly method: string | null;
  readonly path: RegExp;
  readonly place: Place;
  /** How many more of them are let through before one is kept. */
  lets: number;
  /** Keeps one of them. */
  keep(): Promise<void>;
}

/** Stands before an S3 server, and holds what a test asks for: the server is then there, and says nothing. */
export class S3Gate {
  private readonly holds = new Set<Held>();
  private readonly altered = new Set<RegExp>();

  private constructor(
    private readonly server: Server,
    private readonly upstream: number,
  ) {}

  /** Before the suite's server, or one at another port. */
  static async open(upstream = inject('servers').s3): Promise<S3Gate> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const gate = new S3Gate(server, upstream);
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      // Whoever hangs up in the middle of a request has reasons of their own.
      gate.pass(request, response).catch(() => response.destroy());
    });
    return gate;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Holds requests of this method, or of any, whose path matches; `after` so many that it lets through. */
  hold(method: string | null, path: RegExp, place: Place, after = 0): Hold {
    const reached = Promise.withResolvers<void>();
    const released = Promise.withResolvers<void>();
    const held: Held = {
      method,
      path,
      place,
      lets: after,
      reached: reached.promise,
      keep: () => {
        reached.resolve();
        return released.promise;
      },
      release: () => {
        this.holds.delete(held);
        released.resolve();
      },
    };
    this.holds.add(held);
    return held;
  }

  /** Changes the last byte of what is read from such a path, until what it gives back is called. */
  alter(path: RegExp): () => void {
    this.altered.add(path);
    return () => this.altered.delete(path);
  }

  async close(): Promise<void> {
    for (const hold of this.holds) hold.release();
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private async pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url: path = '', headers } = request;
    const hold = this.holdOf(method, path);
    if (hold?.place === 'start') await hold.keep();
    const forwarded = requestOf({ host: '127.0.0.1', port: this.upstream, method, path, headers, agent: false });
    const answered = once(forwarded, 'response') as Promise<[IncomingMessage]>;
    await Promise.all([pipeline(request, slowly(request, hold), forwarded), answered]);
    const [answer] = await answered;
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    const isAltered = method === 'GET' && [...this.altered].some((each) => each.test(path));
    await pipeline(answer, slowly(answer, hold), isAltered ? withAnotherEnd : unchanged, response);
  }

  /** The hold that a request has come to, if it is not let through. */
  private holdOf(method: string, path: string): Held | undefined {
    const hold = [...this.holds].find((each) => (each.method ?? method) === method && each.path.test(path));
    if (!hold || hold.lets === 0) return hold;
    hold.lets -= 1;
    return undefined;
  }
}

/** The bytes of a message; with a hold at half of them, they wait there. */
function slowly({ headers }: IncomingMessage, hold: Held | undefined) {
  const half = hold?.place === 'half' ? Math.floor(Number(headers['content-length'] ?? 0) / 2) : 0;
  return async function* (source: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
    let passed = 0;
    for await (const chunk of source) {
      const first = passed < half && passed + chunk.length >= half ? half - passed : chunk.length;
      yield chunk.subarray(0, first);
      passed += chunk.length;
      if (first === chunk.length) continue;
      await hold?.keep();
      yield chunk.subarray(first);
    }
  };
}

async function* unchanged(source: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  yield* source;
}

async function* withAnotherEnd(source: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  let held = Buffer.alloc(0);
  for await (const chunk of source) {
    yield held;
    held = Buffer.from(chunk);
  }
  if (held.length > 0) held[held.length - 1] = (held.at(-1) as number) ^ 1;
  yield held;
}
