import { availableParallelism } from 'node:os';
import { Transform } from 'class-transformer';
import { POSTGRESQL_PARAMETERS, unreadParameters } from './postgresql-url.ts';
import { numberFrom, OrUnset } from './setting-values.ts';
import { Expect, IntegerBetween, OneOf } from './validation.ts';

/** What a process does: `api` answers requests, `worker` processes images, `all` does both. */
export const ROLES = ['api', 'worker', 'all'] as const;

export type Role = (typeof ROLES)[number];

/** A URL with one of these protocols; it may hold a password, so messages do not repeat it. */
function SecretUrl(name: string, what: string, protocols: string[]): PropertyDecorator {
  return Expect({
    name,
    what,
    secret: true,
    test: (v) => typeof v === 'string' && URL.canParse(v) && protocols.includes(new URL(v).protocol),
  });
}

/** What this process is, and which servers it shares with others. */
export class DeploymentSettings {
  @OneOf(ROLES)
  role: Role;
  @OrUnset()
  @SecretUrl('databaseUrl', 'a URL like postgres://user:password@host:5432/database', ['postgres:', 'postgresql:'])
  @Expect({
    name: 'parameters',
    what: POSTGRESQL_PARAMETERS,
    test: (v) => unreadParameters(v).length === 0,
    culprit: (v) => unreadParameters(v).join(', '),
  })
  databaseUrl: string | null;
  @IntegerBetween(1, 300)
  statementSeconds: number;
  @OrUnset()
  @SecretUrl('redisUrl', 'a URL like redis://host:6379/0', ['redis:', 'rediss:'])
  redisUrl: string | null;
  @Transform(({ value }) => (value === null ? null : numberFrom(String(value))))
  @OrUnset()
  @IntegerBetween(0, 65_535)
  metricsPort: number | null;
}

/** How much a worker does at once. */
export class WorkerSettings {
  @Transform(({ value }) => (value === 'cores' ? availableParallelism() : numberFrom(String(value))))
  @IntegerBetween(1, 256)
  concurrency: number;
}
