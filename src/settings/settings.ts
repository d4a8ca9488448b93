import 'reflect-metadata';
import { isIP } from 'node:net';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { Transform, Type } from 'class-transformer';
import { isURL, ValidateIf, ValidateNested } from 'class-validator';
import type { UsagePolicy } from '../accounts/domain/usage-policy.ts';
import { Expect, IntegerBetween, OneOf, TextBetween } from '../shared/validation.ts';

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
const MOST = Number.MAX_SAFE_INTEGER;

/** Unset, or whatever the decorators below it ask for. */
const Optional = (): PropertyDecorator => ValidateIf((_object, value) => value !== null);

/** Text of digits as the number it means; any other text as it is, so that a message can repeat it. */
export function numberFrom(text: string): string | number {
  return /^-?\d{1,15}$/.test(text) ? Number(text) : text;
}

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

class DeploymentSettings {
  @OneOf(ROLES)
  role: Role;
  @Optional()
  @SecretUrl('databaseUrl', 'a URL like postgres://user:password@host:5432/database', ['postgres:', 'postgresql:'])
  databaseUrl: string | null;
  @Optional()
  @SecretUrl('redisUrl', 'a URL like redis://host:6379/0', ['redis:', 'rediss:'])
  redisUrl: string | null;
  @Transform(({ value }) => (value === null ? null : numberFrom(String(value))))
  @Optional()
  @IntegerBetween(0, 65_535)
  metricsPort: number | null;
}

/** An address, a network such as `10.0.0.0/8`, or Express's name for some. */
function isProxy(entry: string): boolean {
  if (['loopback', 'linklocal', 'uniquelocal'].includes(entry)) return true;
  const [address = '', prefix = '0', ...rest] = entry.split('/');
  const bits = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  return /^\d{1,3}$/.test(prefix) && Number(prefix) <= bits && rest.length === 0;
}

class HttpSettings {
  @Expect({ name: 'host', what: 'a host name or address', test: (v) => typeof v === 'string' && /^[\w.:-]+$/.test(v) })
  host: string;
  @IntegerBetween(0, 65_535)
  port: number;
  @Optional()
  @Expect({
    name: 'publicUrl',
    what: 'an http or https URL without a query',
    test: (v) =>
      typeof v === 'string' &&
      isURL(v, { protocols: ['http', 'https'], require_tld: false, require_protocol: true }) &&
      !/[?#]/.test(v),
  })
  publicUrl: string | null;
  @Transform(({ value }) => numberFrom(String(value)))
  @Expect({
    name: 'trustProxy',
    what: '"off", a hop count from 1 to 16, or a comma-separated list of addresses, loopback, linklocal or uniquelocal',
    test: (v) =>
      v === 'off' ||
      (typeof v === 'number'
        ? v >= 1 && v <= 16
        : String(v)
            .split(',')
            .every((entry) => isProxy(entry.trim()))),
  })
  trustProxy: string | number;
  @Expect({
    name: 'corsOrigins',
    what: '"*" or a comma-separated list of origins such as https://example.com',
    test: (v) =>
      v === '*' || (typeof v === 'string' && v.split(',').every((o) => /^https?:\/\/[^/\s]+$/.test(o.trim()))),
  })
  corsOrigins: string;
  @IntegerBetween(1, 3600)
  headersTimeoutSeconds: number;
  @IntegerBetween(1, 86_400)
  requestTimeoutSeconds: number;
  @IntegerBetween(1, 3600)
  shutdownGraceSeconds: number;
}

class S3Settings {
  @Optional()
  @Expect({
    name: 'bucket',
    what: 'the name of a bucket',
    test: (v) => typeof v === 'string' && /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(v),
  })
  bucket: string | null;
  @Optional()
  @Expect({
    name: 'endpoint',
    what: 'an http or https URL',
    test: (v) => typeof v === 'string' && URL.canParse(v) && /^https?:$/.test(new URL(v).protocol),
  })
  endpoint: string | null;
  @Expect({ name: 'region', what: 'a region', test: (v) => typeof v === 'string' && /^[\w-]+$/.test(v) })
  region: string;
  @OneOf(['auto', 'true', 'false'])
  forcePathStyle: 'auto' | 'true' | 'false';
  @Optional()
  @TextBetween(1, 256, { secret: true })
  accessKeyId: string | null;
  @Optional()
  @TextBetween(1, 1024, { secret: true })
  secretAccessKey: string | null;
  @IntegerBetween(1, 300)
  timeoutSeconds: number;
}

class StorageSettings {
  @Transform(({ value }) => resolve(String(value)))
  @Expect({ name: 'dataDir', what: 'the path of a folder', test: (v) => typeof v === 'string' && v !== '' })
  dataDir: string;
  @IntegerBetween(0, MOST)
  minimumFreeBytes: number;
  @ValidateNested()
  @Type(() => S3Settings)
  s3: S3Settings;

  /** Folder of files that do not outlive their request or job. */
  get spoolDir(): string {
    return join(this.dataDir, 'spool');
  }
}

class SecuritySettings {
  @Optional()
  @Expect({
    name: 'jwtSecret',
    what: 'at least 32 bytes',
    secret: true,
    test: (v) => typeof v === 'string' && Buffer.byteLength(v) >= 32,
  })
  jwtSecret: string | null;
  @OneOf(['open', 'closed'])
  registration: 'open' | 'closed';
  @OneOf(['on', 'off'])
  anonymous: 'on' | 'off';
  @IntegerBetween(1, 86_400)
  accessTokenSeconds: number;
  @IntegerBetween(1, 31_536_000)
  refreshTokenSeconds: number;
  @IntegerBetween(1, 31_536_000)
  sessionSeconds: number;
  @IntegerBetween(1, 1000)
  wrongPasswordsPerMinute: number;
  @IntegerBetween(1, 100_000)
  wrongPasswordsPerHour: number;
}

class PolicySettings implements UsagePolicy {
  @IntegerBetween(1, 1_073_741_824)
  fileBytes: number;
  @IntegerBetween(0, 100)
  operations: number;
  @IntegerBetween(1, 100)
  qualityMin: number;
  @IntegerBetween(1, 100)
  qualityMax: number;
  @IntegerBetween(1, 1_000_000_000)
  sourcePixels: number;
  @IntegerBetween(1, 16_383)
  outputSide: number;
  @IntegerBetween(1, 1_000_000_000)
  outputPixels: number;
  @IntegerBetween(1, 1_000_000)
  requestsPerMinute: number;
  @IntegerBetween(1, 1_000_000)
  activeJobs: number;
  @IntegerBetween(1, MOST)
  keptBytes: number;
  @IntegerBetween(1, 31_536_000)
  downloadSeconds: number;
  @IntegerBetween(0, 31_536_000)
  afterDownloadSeconds: number;
}

class PoliciesSettings {
  @ValidateNested()
  @Type(() => PolicySettings)
  authenticated: PolicySettings;
  @ValidateNested()
  @Type(() => PolicySettings)
  anonymous: PolicySettings;
}

class ThrottleSettings {
  @IntegerBetween(1, 1_000_000)
  signInPerMinute: number;
  @IntegerBetween(1, 1000)
  downloadsPerRequest: number;
}

class JobSettings {
  @IntegerBetween(1, 10_000_000)
  queueLimit: number;
  @IntegerBetween(1, 3600)
  deadlineSeconds: number;
  @IntegerBetween(0, 3600)
  deadlineSecondsPerMegapixel: number;
  @IntegerBetween(1, 31_536_000)
  recordSeconds: number;
  @IntegerBetween(1, 10)
  sweepSeconds: number;
  @IntegerBetween(10, 86_400)
  orphanSeconds: number;
}

class WaitingSettings {
  @IntegerBetween(0, 100_000)
  places: number;
  @IntegerBetween(0, 100_000)
  streams: number;
  @IntegerBetween(0, 100_000)
  streamsPerAccount: number;
  @IntegerBetween(0, 100_000)
  streamsPerAddress: number;
  @IntegerBetween(1, 86_400)
  streamSeconds: number;
  @IntegerBetween(1, 3600)
  heartbeatSeconds: number;
}

class WorkerSettings {
  @Transform(({ value }) => (value === 'cores' ? availableParallelism() : numberFrom(String(value))))
  @IntegerBetween(1, 256)
  concurrency: number;
}

class LogSettings {
  @OneOf(LOG_LEVELS)
  level: (typeof LOG_LEVELS)[number];
}

/** Every setting of the service, checked and frozen; `config/default.yaml` says what each means. */
export class Settings {
  @ValidateNested() @Type(() => DeploymentSettings) readonly deployment: DeploymentSettings;
  @ValidateNested() @Type(() => HttpSettings) readonly http: HttpSettings;
  @ValidateNested() @Type(() => StorageSettings) readonly storage: StorageSettings;
  @ValidateNested() @Type(() => SecuritySettings) readonly security: SecuritySettings;
  @ValidateNested() @Type(() => PoliciesSettings) readonly policies: PoliciesSettings;
  @ValidateNested() @Type(() => ThrottleSettings) readonly throttle: ThrottleSettings;
  @ValidateNested() @Type(() => JobSettings) readonly jobs: JobSettings;
  @ValidateNested() @Type(() => WaitingSettings) readonly waiting: WaitingSettings;
  @ValidateNested() @Type(() => WorkerSettings) readonly worker: WorkerSettings;
  @ValidateNested() @Type(() => LogSettings) readonly log: LogSettings;
}
