import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** Stands before a server of any kind; while it is shut it takes connections, and says nothing on any of them. */
export class TcpGate {
  private readonly pairs = new Set<[Socket, Socket]>();
  private isShut = false;

  private constructor(
    private readonly server: Server,
    private upstream: number,
  ) {}

  static async before(upstream: number): Promise<TcpGate> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const gate = new TcpGate(server, upstream);
    server.on('connection', (socket) => gate.pass(socket));
    return gate;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** From now on nothing comes through; what is connected at this moment is never heard of again, and never told so. */
  shut(): void {
    this.isShut = true;
    for (const pair of this.pairs) for (const socket of pair) socket.unpipe().pause();
  }

  /** Lets new connections through; those that were made before stay as they are. */
  open(): void {
    this.isShut = false;
  }

  /** Leads new connections to another server; those that were made before stay where they are. */
  leadTo(upstream: number): void {
    this.upstream = upstream;
  }

  async close(): Promise<void> {
    for (const pair of this.pairs) for (const socket of pair) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }

  private pass(socket: Socket): void {
    const onward = connect(this.upstream, '127.0.0.1');
    const pair: [Socket, Socket] = [socket, onward];
    this.pairs.add(pair);
    for (const [one, other] of [pair, [onward, socket] as const]) {
      one.on('error', () => one.destroy());
      one.on('close', () => {
        other.destroy();
        this.pairs.delete(pair);
      });
      if (this.isShut) one.pause();
      else one.pipe(other);
    }
  }
}
