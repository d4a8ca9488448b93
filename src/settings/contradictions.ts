import type { UsagePolicy } from '../accounts/domain/usage-policy.ts';
import type { Settings } from './settings.ts';

/** What is wrong with settings that are right one by one: a sentence each, with the variable's name. */
export function contradictions(settings: Settings): string[] {
  return [
    ...qualityContradictions(settings),
    ...timeContradictions(settings),
    ...profileContradictions(settings),
    ...portContradictions(settings),
    ...storageContradictions(settings),
  ];
}

function qualityContradictions({ policies }: Settings): string[] {
  return Object.entries(policies)
    .filter(([, policy]: [string, UsagePolicy]) => policy.qualityMin > policy.qualityMax)
    .map(([name, { qualityMin, qualityMax }]: [string, UsagePolicy]) => {
      const prefix = name.toUpperCase();
      return `${prefix}_QUALITY_MIN: expected at most ${prefix}_QUALITY_MAX, which is ${qualityMax}, received ${qualityMin}`;
    });
}

/** A request that comes too slowly is told so, and a quiet stream has its heartbeat: before it is cut as stalled. */
function timeContradictions({ http: { requestTimeoutSeconds, stallSeconds }, streams }: Settings): string[] {
  const silences = {
    REQUEST_TIMEOUT_SECONDS: requestTimeoutSeconds,
    STREAM_HEARTBEAT_SECONDS: streams.heartbeatSeconds,
  };
  return Object.entries(silences)
    .filter(([, seconds]) => stallSeconds <= seconds)
    .map(
      ([name, seconds]) => `STALL_SECONDS: expected more than ${name}, which is ${seconds}, received ${stallSeconds}`,
    );
}

/** PostgreSQL and Redis come together, with what several processes must agree on; SQLite serves one process alone. */
function profileContradictions({ deployment, http, security }: Settings): string[] {
  const { role, databaseUrl, redisUrl } = deployment;
  if (databaseUrl === null && redisUrl === null) {
    if (role === 'all') return [];
    return [`APP_ROLE: expected all without DATABASE_URL, since SQLite serves one process alone, received "${role}"`];
  }
  const missing = (variable: string, what: string, because: string) =>
    `${variable}: expected ${what}, since ${because} is set, received nothing`;
  return [
    databaseUrl === null && missing('DATABASE_URL', 'the URL of a PostgreSQL database', 'REDIS_URL'),
    redisUrl === null && missing('REDIS_URL', 'the URL of a Redis server', 'DATABASE_URL'),
    databaseUrl !== null &&
      security.jwtSecret === null &&
      missing('JWT_SECRET', 'at least 32 bytes that every process has', 'DATABASE_URL'),
    databaseUrl !== null &&
      http.publicUrl === null &&
      missing('PUBLIC_URL', 'the address that clients use', 'DATABASE_URL'),
  ].filter((problem) => problem !== false);
}

/** A worker opens the one port alone; 0 is a port that is free. */
function portContradictions({ deployment: { role, metricsPort }, http: { port } }: Settings): string[] {
  if (role === 'worker' || metricsPort === 0 || metricsPort !== port) return [];
  return [`METRICS_PORT: expected another port than PORT, which is ${port}, received ${metricsPort}`];
}

function storageContradictions({ s3 }: Settings): string[] {
  const { bucket, endpoint, accessKeyId, secretAccessKey, sessionToken } = s3;
  if (bucket === null) {
    return endpoint === null
      ? []
      : ['S3_BUCKET: expected the name of a bucket, since S3_ENDPOINT is set, received nothing'];
  }
  if (accessKeyId === null && secretAccessKey === null && sessionToken !== null) {
    return ['AWS_ACCESS_KEY_ID: expected a value, since AWS_SESSION_TOKEN is set, received nothing'];
  }
  if ((accessKeyId === null) === (secretAccessKey === null)) return [];
  const [missing, given] =
    accessKeyId === null
      ? ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']
      : ['AWS_SECRET_ACCESS_KEY', 'AWS_ACCESS_KEY_ID'];
  return [`${missing}: expected a value, since ${given} is set, received nothing`];
}
