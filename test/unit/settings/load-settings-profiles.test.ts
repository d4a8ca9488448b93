import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadSettings, SettingsError } from '../../../src/settings/load-settings.ts';

const PRODUCTION = {
  DATABASE_URL: 'postgres://imagepro:word@db:5432/imagepro',
  REDIS_URL: 'redis://redis:6379/0',
  JWT_SECRET: 'a secret of thirty-two bytes or more',
  PUBLIC_URL: 'https://images.example.com',
};

function problemsOf(env: NodeJS.ProcessEnv): string[] {
  try {
    loadSettings(env);
    return [];
  } catch (error) {
    return (error as SettingsError).problems;
  }
}

test('an empty environment is the embedded profile, in one process', () => {
  const { deployment, s3 } = loadSettings({});
  expect(deployment).toMatchObject({ role: 'all', databaseUrl: null, redisUrl: null, metricsPort: null });
  expect(s3.bucket).toBeNull();
});

test.each(['api', 'worker', 'all'])('the production profile runs as %s', (role) => {
  const { deployment } = loadSettings({ ...PRODUCTION, APP_ROLE: role, METRICS_PORT: '9090' });
  expect(deployment).toMatchObject({ role, metricsPort: 9090, redisUrl: PRODUCTION.REDIS_URL });
});

test.each([
  { PORT: '0', METRICS_PORT: '0' },
  { ...PRODUCTION, APP_ROLE: 'worker', METRICS_PORT: '8000' },
])('%o open no port twice', (env) => {
  expect(problemsOf(env)).toEqual([]);
});

test.each(Object.keys(PRODUCTION))('%s must not be missing in the production profile', (variable) => {
  const problems = problemsOf({ ...PRODUCTION, [variable]: undefined });
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatch(new RegExp(`^${variable}: expected .*, received nothing$`));
});

test.each([
  [{ APP_ROLE: 'worker' }, /^APP_ROLE: expected all without DATABASE_URL, .* received "worker"$/],
  [{ APP_ROLE: 'boss' }, /^APP_ROLE: expected one of api, worker, all, received "boss"$/],
  [{ ...PRODUCTION, JWT_SECRET: 'short' }, /^JWT_SECRET: expected at least 32 bytes, received a text of 5 characters$/],
  [{ ...PRODUCTION, REDIS_URL: 'redis' }, /^REDIS_URL: expected a URL like .*, received a text of 5 characters$/],
  [{ METRICS_PORT: 'many' }, /^METRICS_PORT: expected an integer from 0 to 65535, received "many"$/],
  [{ METRICS_PORT: '8000' }, /^METRICS_PORT: expected another port than PORT, which is 8000, received 8000$/],
  [{ S3_ENDPOINT: 'http://s3:9000' }, /^S3_BUCKET: .* S3_ENDPOINT is set, received nothing$/],
  [{ S3_BUCKET: 'images', AWS_ACCESS_KEY_ID: 'id' }, /^AWS_SECRET_ACCESS_KEY: .* AWS_ACCESS_KEY_ID is set/],
])('%o stops the start', (env, sentence) => {
  expect(problemsOf(env)).toEqual([expect.stringMatching(sentence)]);
});

test('a bad URL with a password in it is not repeated', () => {
  const [problem] = problemsOf({ ...PRODUCTION, DATABASE_URL: 'mysql://root:hunter2@db/images' });
  expect(problem).toMatch(/^DATABASE_URL: expected a URL like/);
  expect(problem).not.toContain('hunter2');
});

test('secrets come from files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'settings-'));
  const path = join(folder, 'secret');
  try {
    writeFileSync(path, `${PRODUCTION.JWT_SECRET}\n`);
    const { security } = loadSettings({ ...PRODUCTION, JWT_SECRET: undefined, JWT_SECRET_FILE: path });
    expect(security.jwtSecret).toBe(PRODUCTION.JWT_SECRET);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a secret file that cannot be read is named', () => {
  expect(problemsOf({ JWT_SECRET_FILE: '/nowhere/secret' })).toEqual([
    expect.stringMatching(/^JWT_SECRET_FILE: expected the path of a readable file/),
  ]);
});
