import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { freshDatabase, freshRedis } from '../test/support/servers/fresh.ts';
import { PostgreSqlServer } from '../test/support/servers/postgresql.ts';
import { RedisServer } from '../test/support/servers/redis.ts';
import { type ByPart, cpuByPart, cpuMilliseconds, imageProcesses, memoryByProcess } from './process-tree.ts';
import { BenchedService, type Preload } from './service.ts';

/** How a deployment is started for a bench. */
export interface DeploymentOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly preloads?: readonly Preload[];
}

/** A PostgreSQL and a Redis, each a process of its own on this machine. */
export class Servers {
  private constructor(
    readonly postgresql: PostgreSqlServer,
    readonly redis: RedisServer,
  ) {}

  static async start(): Promise<Servers> {
    return new Servers(...(await Promise.all([PostgreSqlServer.start(), RedisServer.start()])));
  }

  async stop(): Promise<void> {
    await Promise.all([this.postgresql.stop(), this.redis.stop()]);
  }
}

/** The service as an operator runs it, in one of the two profiles, with a folder of its own. */
export class Deployment {
  private constructor(
    readonly name: string,
    /** The service's processes by their role; the first answers requests, the last works on images. */
    readonly processes: Readonly<Record<string, BenchedService>>,
    readonly servers: Servers | null,
  ) {}

  /** One process, SQLite. */
  static async embedded(folder: string, { env, preloads }: DeploymentOptions = {}): Promise<Deployment> {
    const dataDir = await mkdtemp(join(folder, 'embedded-'));
    return new Deployment('embedded', { all: await BenchedService.start(dataDir, env, preloads) }, null);
  }

  /** The second yardstick, in place of the service: see `least-service.ts`. */
  static async least(folder: string): Promise<Deployment> {
    const dataDir = await mkdtemp(join(folder, 'least-'));
    return new Deployment('the least service', { all: await BenchedService.startLeast(dataDir) }, null);
  }

  /** One API and one worker over PostgreSQL and Redis; files in the folder that they share. */
  static async production(
    servers: Servers,
    folder: string,
    { env, preloads }: DeploymentOptions = {},
  ): Promise<Deployment> {
    const dataDir = await mkdtemp(join(folder, 'production-'));
    const settings = {
      DATABASE_URL: await freshDatabase(servers.postgresql.port),
      REDIS_URL: await freshRedis(servers.redis.port),
      JWT_SECRET: 'the same for all processes, 32 bytes',
      ...env,
    };
    const start = (role: string) => BenchedService.start(dataDir, { ...settings, APP_ROLE: role }, preloads);
    return new Deployment('PostgreSQL and Redis', { api: await start('api'), worker: await start('worker') }, servers);
  }

  /** Where requests go. */
  get url(): string {
    return (Object.values(this.processes)[0] as BenchedService).url;
  }

  /** CPU time so far, in milliseconds, by process and thread; of the servers too. */
  cpu(): ByPart {
    const parts = this.#byPart(({ pid }) => cpuByPart(pid));
    if (!this.servers) return parts;
    const [postgresql, redis] = [this.servers.postgresql.pid, this.servers.redis.pid].map((pid) =>
      pid ? cpuMilliseconds(pid) : 0,
    );
    return { ...parts, PostgreSQL: postgresql as number, Redis: redis as number };
  }

  /** Memory of each of the service's processes, in bytes (PSS). */
  memory(): ByPart {
    return this.#byPart(({ pid }) => memoryByProcess(pid));
  }

  /** Statements so far of each of the service's processes, together; needs `count-statements`. */
  async statements(): Promise<number> {
    const counts = await Promise.all(Object.values(this.processes).map((service) => service.statements()));
    return counts.reduce((sum, count) => sum + count, 0);
  }

  /** Stops the image processes where they are, so that all jobs wait. Their service does not notice until a deadline. */
  freezeImages(): void {
    for (const { pid } of Object.values(this.processes))
      for (const child of imageProcesses(pid)) process.kill(child, 'SIGSTOP');
  }

  async stop(): Promise<void> {
    await Promise.all(Object.values(this.processes).map((service) => service.stop()));
  }

  #byPart(of: (service: BenchedService) => ByPart): ByPart {
    const roles = Object.entries(this.processes);
    const named = roles.map(([role, service]) =>
      Object.entries(of(service)).map(([part, figure]) => [roles.length > 1 ? `${role}: ${part}` : part, figure]),
    );
    return Object.fromEntries(named.flat());
  }
}

/** What was spent between two measurements, for each of so many. */
export function spent(before: ByPart, after: ByPart, count: number): ByPart {
  return Object.fromEntries(
    Object.entries(after).map(([part, figure]) => [part, (figure - (before[part] ?? 0)) / count]),
  );
}

/** What the service spent, without its servers. */
export function ofService(parts: ByPart): number {
  const own = Object.entries(parts).filter(([part]) => part !== 'PostgreSQL' && part !== 'Redis');
  return own.reduce((sum, [, figure]) => sum + figure, 0);
}

/** The figures of one role's processes. */
export function ofRole(parts: ByPart, role: string): ByPart {
  return Object.fromEntries(Object.entries(parts).filter(([part]) => part.startsWith(`${role}: `)));
}
