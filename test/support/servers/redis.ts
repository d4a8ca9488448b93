import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram, freePort, type RunningProgram, startProgram } from './program.ts';

/** Redis keeps so many databases apart: one for each service that a test starts. */
const DATABASES = 10_000;

/** A Redis server on a free port of this machine, set up as the README asks: AOF, no eviction. */
export class RedisServer {
  private running: RunningProgram | undefined;

  private constructor(
    private readonly folder: string,
    readonly port: number,
  ) {}

  static async start(): Promise<RedisServer> {
    const server = new RedisServer(await mkdtemp(join(tmpdir(), 'imagepro-redis-')), await freePort());
    await server.resume();
    return server;
  }

  /** Of its process, while it runs. */
  get pid(): number | undefined {
    return this.running?.process.pid;
  }

  /** Starts the server again after `halt`, on the same port and files. */
  async resume(): Promise<void> {
    const settings = {
      bind: '127.0.0.1',
      port: this.port,
      dir: this.folder,
      databases: DATABASES,
      appendonly: 'yes',
      save: '',
      'maxmemory-policy': 'noeviction',
    };
    const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
    this.running = await startProgram(findProgram('redis-server'), args, /Ready to accept connections/);
  }

  /** Stops the server; its files stay. */
  async halt(): Promise<void> {
    await this.running?.stop('SIGTERM');
  }

  /** Starts the server again after `halt`, on the same port, with nothing in it. */
  async resumeEmpty(): Promise<void> {
    for (const name of await readdir(this.folder)) await rm(join(this.folder, name), { recursive: true });
    await this.resume();
  }

  async stop(): Promise<void> {
    await this.halt();
    await rm(this.folder, { recursive: true, force: true });
  }
}
