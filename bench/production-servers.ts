import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { freshBucket, freshDatabase, freshRedis } from '../test/support/servers/fresh.ts';
import { PostgreSqlServer } from '../test/support/servers/postgresql.ts';
import { RedisServer } from '../test/support/servers/redis.ts';

/** PostgreSQL, Redis and an S3 server, each a process of its own on this machine. */
export class ProductionServers {
  private constructor(
    private readonly postgresql: PostgreSqlServer,
    private readonly redis: RedisServer,
    private readonly s3: ChildProcess,
    private readonly s3Port: number,
  ) {}

  static async start(): Promise<ProductionServers> {
    const s3 = fork(join(import.meta.dirname, 's3-server.child.ts'));
    const [[s3Port], postgresql, redis] = await Promise.all([
      once(s3, 'message') as Promise<[number]>,
      PostgreSqlServer.start(),
      RedisServer.start(),
    ]);
    return new ProductionServers(postgresql, redis, s3, s3Port);
  }

  /** Settings of a deployment that nobody has used yet. */
  async settings(): Promise<DeploymentSettings> {
    return {
      DATABASE_URL: await freshDatabase(this.postgresql.port),
      REDIS_URL: await freshRedis(this.redis.port),
      JWT_SECRET: 'the same for all processes, 32 bytes',
      ...(await freshBucket(this.s3Port)),
    };
  }

  async stop(): Promise<void> {
    const exit = once(this.s3, 'exit');
    this.s3.disconnect();
    await Promise.all([exit, this.postgresql.stop(), this.redis.stop()]);
  }
}

/** Settings by their variables, those of the servers among them. */
export type DeploymentSettings = NodeJS.ProcessEnv & { readonly DATABASE_URL: string; readonly REDIS_URL: string };
