import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { Worker } from 'node:worker_threads';
import { until } from './until.ts';

/** Connections that wait to be taken up; the system takes one more. */
const BACKLOG = 1;
/** What Linux calls a connection that is asked for and not answered. */
const SYN_SENT = '02';

/** A receiver in a thread of its own, which stands still until it is told to go on, and answers all with a 204. */
const PROGRAM = `
  const { parentPort, workerData: { goOn, backlog } } = require('node:worker_threads');
  const server = require('node:http').createServer((request, response) => response.writeHead(204).end());
  server.listen({ port: 0, host: '127.0.0.1', backlog }, () => {
    parentPort.postMessage(server.address().port);
    Atomics.wait(goOn, 0, 0);
  });
`;

/** A receiver at 127.0.0.1 that is too busy to take up a connection: the system lets the first packet of each fall. */
export class BusyReceiver {
  private constructor(
    private readonly thread: Worker,
    private readonly goOn: Int32Array,
    private readonly waiting: readonly Socket[],
    readonly port: number,
  ) {}

  static async listen(): Promise<BusyReceiver> {
    const goOn = new Int32Array(new SharedArrayBuffer(4));
    const thread = new Worker(PROGRAM, { eval: true, workerData: { goOn, backlog: BACKLOG } });
    const [port] = (await once(thread, 'message')) as [number];
    const waiting = Array.from({ length: BACKLOG + 1 }, () => connect(port, '127.0.0.1'));
    await Promise.all(waiting.map((socket) => once(socket, 'connect')));
    return new BusyReceiver(thread, goOn, waiting, port);
  }

  /** Resolves when somebody has asked for a connection, and was not heard. */
  async unheard(): Promise<void> {
    const port = this.port.toString(16).toUpperCase().padStart(4, '0');
    const isUnheard = new RegExp(`:${port} ${SYN_SENT} `);
    await until(
      () => readFileSync('/proc/net/tcp', 'latin1'),
      (connections) => isUnheard.test(connections),
    );
  }

  /** Takes up all connections from now on. */
  resume(): void {
    for (const socket of this.waiting) socket.destroy();
    Atomics.store(this.goOn, 0, 1);
    Atomics.notify(this.goOn, 0);
  }

  async close(): Promise<void> {
    this.resume();
    await this.thread.terminate();
  }
}
