import { connect, type Socket } from 'node:net';

/** An answer as it came over the wire. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** A connection to the service that is written to by hand. */
export class RawConnection {
  private received = '';
  private readonly closing = Promise.withResolvers<void>();
  private changed = Promise.withResolvers<void>();

  private constructor(private readonly socket: Socket) {
    socket.setEncoding('latin1');
    socket.on('data', (text) => {
      this.received += text;
      this.changed.resolve();
      this.changed = Promise.withResolvers<void>();
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      this.closing.resolve();
      this.changed.resolve();
    });
  }

  static async to(url: string): Promise<RawConnection> {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    return new RawConnection(socket);
  }

  /** Resolves when the bytes are handed to the kernel, or cannot be any more. */
  write(bytes: string | Uint8Array): Promise<boolean> {
    if (this.socket.destroyed) return Promise.resolve(false);
    return new Promise((resolve) => this.socket.write(bytes, (error) => resolve(!error)));
  }

  /** Resolves when the other side has closed the connection, or broken it. */
  get closed(): Promise<void> {
    return this.closing.promise;
  }

  /** Breaks the connection. */
  hangUp(): void {
    this.socket.resetAndDestroy();
  }

  /** The next answer, a `100 Continue` included. */
  async answer(): Promise<RawAnswer> {
    for (;;) {
      const answer = this.parsed();
      if (answer) return answer;
      if (this.socket.destroyed) throw new Error(`The connection closed after: ${JSON.stringify(this.received)}`);
      await this.changed.promise;
    }
  }

  private parsed(): RawAnswer | null {
    const end = this.received.indexOf('\r\n\r\n');
    if (end === -1) return null;
    const [first = '', ...lines] = this.received.slice(0, end).split('\r\n');
    const headers = Object.fromEntries(lines.map((line) => [line.split(': ')[0]?.toLowerCase(), line.split(': ')[1]]));
    const length = Number(headers['content-length'] ?? 0);
    if (this.received.length < end + 4 + length) return null;
    const body = this.received.slice(end + 4, end + 4 + length);
    this.received = this.received.slice(end + 4 + length);
    return { status: Number(first.split(' ')[1]), headers, body };
  }
}

/** One part of a form, as it stands on the wire. */
export interface RawPart {
  readonly name: string;
  readonly filename?: string;
  readonly type?: string;
  readonly body: string | Uint8Array;
}

export const BOUNDARY = 'xxBOUNDARYxx';

/** A multipart body of these parts. */
export function multipart(parts: readonly RawPart[]): Buffer {
  const pieces = parts.flatMap(({ name, filename, type, body }) => [
    Buffer.from(`--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"`),
    Buffer.from(filename === undefined ? '' : `; filename="${filename}"`),
    Buffer.from(type === undefined ? '\r\n\r\n' : `\r\nContent-Type: ${type}\r\n\r\n`),
    Buffer.from(body as Uint8Array),
    Buffer.from('\r\n'),
  ]);
  return Buffer.concat([...pieces, Buffer.from(`--${BOUNDARY}--\r\n`)]);
}

/** The head of an upload request. */
export function uploadHead(...headers: string[]): string {
  const all = ['Host: localhost', `Content-Type: multipart/form-data; boundary=${BOUNDARY}`, ...headers];
  return `POST /api/images/ HTTP/1.1\r\n${all.join('\r\n')}\r\n\r\n`;
}

/** Bytes as one chunk of a chunked body. */
export function chunk(bytes: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]);
}
