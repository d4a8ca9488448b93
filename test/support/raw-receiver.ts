import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';

/** A program on this machine that answers each message with bytes of its own, HTTP or not. */
export class RawReceiver {
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly server: Server) {}

  /** Answers with these bytes once the head of a message has come; and then closes the connection, or leaves it open. */
  static async listen(answer: string, then: 'closes' | 'stays'): Promise<RawReceiver> {
    const server = createServer();
    const receiver = new RawReceiver(server);
    server.on('connection', (socket) => {
      receiver.sockets.add(socket);
      socket.on('error', () => {});
      socket.once('data', () => (then === 'closes' ? socket.end(answer) : socket.write(answer)));
      socket.resume();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/hook`;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }
}
