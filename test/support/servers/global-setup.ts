import type { TestProject } from 'vitest/node';
import { PROGRAM as HAPROXY } from './haproxy.ts';
import { PostgreSqlServer } from './postgresql.ts';
import { findProgram } from './program.ts';
import { RedisServer } from './redis.ts';
import { S3Server } from './s3.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Ports of the servers of the production profile. */
    servers: { readonly postgresql: number; readonly redis: number; readonly s3: number };
  }
}

/** Starts the servers of the production profile for the tests of a project, and stops them after the last. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  // Installed here where it is missing: of two tests that need it at once, one would find the package tool busy.
  findProgram(HAPROXY);
  const [postgresql, redis, s3] = await Promise.all([PostgreSqlServer.start(), RedisServer.start(), S3Server.start()]);
  project.provide('servers', { postgresql: postgresql.port, redis: redis.port, s3: s3.port });
  return async () => {
    await Promise.all([postgresql.stop(), redis.stop(), s3.stop()]);
  };
}
