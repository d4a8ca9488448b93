import { execFileSync } from 'node:child_process';
import { chownSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate } from '../../../src/database/database.ts';
import type { Settings } from '../../../src/settings/settings.ts';
import { findProgram, freePort, type RunningProgram, startProgram } from './program.ts';

/** A PostgreSQL server on a free port of this machine, with an empty cluster of its own. */
export class PostgreSqlServer {
  private running: RunningProgram | undefined;

  private constructor(
    private readonly folder: string,
    readonly port: number,
    private readonly identity: { uid?: number; gid?: number },
    private readonly connections: number,
  ) {}

  /** One that takes so many connections at once. */
  static async start(connections = 500): Promise<PostgreSqlServer> {
    const folder = await mkdtemp(join(tmpdir(), 'imagepro-postgresql-'));
    const identity = unprivileged();
    if (identity.uid !== undefined && identity.gid !== undefined) chownSync(folder, identity.uid, identity.gid);
    const options = { ...identity, cwd: folder, stdio: 'ignore' as const };
    // Whatever language the machine speaks: without one, text would be bytes to the server.
    const text = ['--encoding=UTF8', '--locale=C.UTF-8'];
    execFileSync(findProgram('initdb'), ['-D', 'data', '-U', 'imagepro', '-A', 'trust', '--no-sync', ...text], options);
    const server = new PostgreSqlServer(folder, await freePort(), identity, connections);
    await server.resume();
    // Tests copy their databases from this one: its tables are up to date.
    await migrate({ deployment: { databaseUrl: server.urlOf('postgres') } } as Settings);
    return server;
  }

  /** Of its process, while it runs. */
  get pid(): number | undefined {
    return this.running?.process.pid;
  }

  urlOf(database: string): string {
    return `postgresql://imagepro@127.0.0.1:${this.port}/${database}`;
  }

  /** Starts the server again after `halt`, on the same port and files. */
  async resume(): Promise<void> {
    const settings = ['listen_addresses=127.0.0.1', `port=${this.port}`, 'unix_socket_directories=', 'fsync=off'];
    const args = [
      '-D',
      'data',
      ...settings.flatMap((setting) => ['-c', setting]),
      '-c',
      `max_connections=${this.connections}`,
    ];
    this.running = await startProgram(findProgram('postgres'), args, /ready to accept connections/, {
      ...this.identity,
      cwd: this.folder,
    });
  }

  /** Cuts every connection and stops the server; its files stay. `SIGQUIT` lets it end as if it had crashed. */
  async halt(signal: 'SIGINT' | 'SIGQUIT' = 'SIGINT'): Promise<void> {
    await this.running?.stop(signal);
  }

  async stop(): Promise<void> {
    await this.halt();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** PostgreSQL does not run as root: then it is its own user, whom its package has made. */
function unprivileged(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  findProgram('postgres');
  const entry = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((line) => line.startsWith('postgres:'));
  if (!entry)
    throw new Error('PostgreSQL does not run as root, and there is no user "postgres". Run: useradd -r postgres');
  const [, , uid, gid] = entry.split(':');
  return { uid: Number(uid), gid: Number(gid) };
}
