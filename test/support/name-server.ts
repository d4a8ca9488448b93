import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { EventEmitter, once } from 'node:events';

/** What a name server says of a name: an IPv4 address, that nobody has it, that it cannot tell, or nothing ever. */
export type NameAnswer = string | 'unknown' | 'failure' | 'silence';

const HEADER_BYTES = 12;
/** Response, recursion desired and available; with the code of what went wrong. */
const FLAGS = { found: 0x8180, failure: 0x8182, unknown: 0x8183 };
const TYPE_A = 1;

/** A name server on this machine, over UDP. What it is not told of nobody has. */
export class NameServer {
  /** Names that were asked for, in their order. */
  readonly asked: string[] = [];
  private readonly arrivals = new EventEmitter();

  private constructor(
    private readonly socket: Socket,
    private readonly answers: Readonly<Record<string, NameAnswer>>,
    private readonly hearsOfIpv6: boolean,
  ) {
    socket.on('message', (query, from) => this.answer(query, from));
  }

  /** One that does not hear of IPv6 is silent when it is asked for such addresses, as some are that stand in networks. */
  static async listen(answers: Readonly<Record<string, NameAnswer>>, hearsOfIpv6 = true): Promise<NameServer> {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return new NameServer(socket, answers, hearsOfIpv6);
  }

  get address(): string {
    return `127.0.0.1:${this.socket.address().port}`;
  }

  /** Resolves when it has been asked for this name so often. */
  async askedFor(name: string, count: number): Promise<void> {
    while (this.asked.filter((one) => one === name).length < count) await once(this.arrivals, 'query');
  }

  async close(): Promise<void> {
    this.socket.close();
    await once(this.socket, 'close');
  }

  private answer(query: Buffer, { port, address }: RemoteInfo): void {
    const { name, type, end } = questionOf(query);
    this.asked.push(name);
    this.arrivals.emit('query');
    const answer = this.answers[name] ?? 'unknown';
    if (answer === 'silence' || (type !== TYPE_A && !this.hearsOfIpv6)) return;
    const isAddress = answer !== 'unknown' && answer !== 'failure';
    const record = isAddress && type === TYPE_A ? recordOf(answer) : Buffer.alloc(0);
    const header = Buffer.alloc(HEADER_BYTES);
    query.copy(header, 0, 0, 2);
    header.writeUInt16BE(isAddress ? FLAGS.found : FLAGS[answer as 'unknown' | 'failure'], 2);
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(record.length > 0 ? 1 : 0, 6);
    this.socket.send(Buffer.concat([header, query.subarray(HEADER_BYTES, end), record]), port, address);
  }
}

function questionOf(query: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = [];
  let at = HEADER_BYTES;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 };
}

/** An address of the name that was asked for, for no time. */
function recordOf(address: string): Buffer {
  return Buffer.from([0xc0, HEADER_BYTES, 0, TYPE_A, 0, 1, 0, 0, 0, 0, 0, 4, ...address.split('.').map(Number)]);
}
