import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadSettings, type SettingEntry, SettingsError, settingEntries } from '../../../src/settings/load-settings.ts';

type Section = ReturnType<typeof settingEntries>;

/** Every entry of the file of defaults, by the path of its name. */
function entriesOf(section: Section, path = ''): [string, SettingEntry][] {
  return Object.entries(section).flatMap(([name, entry]): [string, SettingEntry][] =>
    typeof entry.variable === 'string'
      ? [[`${path}${name}`, entry as SettingEntry]]
      : entriesOf(entry as Section, `${path}${name}.`),
  );
}

const ENTRIES = entriesOf(settingEntries());

/** The sentences of the refusal. */
function problemsOf(env: NodeJS.ProcessEnv): string[] {
  try {
    loadSettings(env);
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
  return [];
}

/** The path of every setting that the program has. */
function pathsOf(value: object, path = ''): string[] {
  return Object.entries(value).flatMap(([name, inner]) =>
    typeof inner === 'object' && inner !== null ? pathsOf(inner, `${path}${name}.`) : [`${path}${name}`],
  );
}

describe('the defaults', () => {
  test('are valid, typed and frozen', () => {
    const settings = loadSettings({});
    expect(settings).toMatchObject({
      http: { host: '127.0.0.1', port: 8000, publicUrl: null, trustProxy: 'off', corsOrigins: '*' },
      storage: { dataDir: resolve('data'), spoolDir: resolve('data/spool') },
      security: { jwtSecret: null, registration: 'open', anonymous: 'on', accessTokenSeconds: 600 },
      policies: { anonymous: { requestsPerMinute: 5 }, authenticated: { requestsPerMinute: 20 } },
      worker: { concurrency: availableParallelism() },
      log: { level: 'info' },
    });
    const frozen = (value: object): boolean =>
      Object.isFrozen(value) &&
      Object.values(value).every((inner) => typeof inner !== 'object' || inner === null || frozen(inner));
    expect(frozen(settings)).toBe(true);
  });

  test('each have a variable of their own and a word on what they mean, and are all that there is', () => {
    const variables = ENTRIES.map(([, { variable }]) => variable);
    expect(new Set(variables).size).toBe(variables.length);
    for (const [, { variable, about }] of ENTRIES) {
      expect(variable).toMatch(/^[A-Z][A-Z0-9_]+$/);
      expect(about.length).toBeGreaterThan(8);
    }
    expect(pathsOf(loadSettings({})).sort()).toEqual(ENTRIES.map(([path]) => path).sort());
  });
});

describe('a variable', () => {
  const free = ['DATA_DIR', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'];
  const secret = ['JWT_SECRET', 'DATABASE_URL', 'REDIS_URL'];

  test.each(ENTRIES.map(([, { variable }]) => variable).filter((variable) => !free.includes(variable)))(
    '%s that is bad is named with what was expected and what was given',
    (variable) => {
      const problems = problemsOf({ [variable]: 'b a d?' });
      expect(problems).toHaveLength(1);
      const received = secret.includes(variable) ? 'a text of 6 characters' : '"b a d\\?"';
      expect(problems[0]).toMatch(new RegExp(`^${variable}: expected .+, received ${received}$`));
    },
  );

  test.each(ENTRIES.filter(([, entry]) => typeof entry.default === 'number').map(([, entry]) => entry))(
    '$variable overrides its default, and is a whole number within its range',
    ({ variable, default: value }) => {
      expect(problemsOf({ [variable]: String(value) })).toEqual([]);
      for (const bad of ['-1', '1.5', '1e3', '0x10', '99999999999999999999', 'NaN', ' 5', 'ten']) {
        expect([bad, problemsOf({ [variable]: bad }).length]).toEqual([bad, 1]);
      }
    },
  );

  test('overrides, and an empty one counts as unset', () => {
    const { http, worker, policies } = loadSettings({
      PORT: '9000',
      HOST: '',
      WORKER_CONCURRENCY: '3',
      ANONYMOUS_FILE_BYTES: '7',
    });
    expect([http.port, http.host, worker.concurrency, policies.anonymous.fileBytes]).toEqual([9000, '127.0.0.1', 3, 7]);
  });

  test('is one of many that are wrong, and each is named', () => {
    const problems = problemsOf({ PORT: 'x', REGISTRATION: 'maybe', LOG_LEVEL: 'loud', ANONYMOUS_OPERATIONS: '-2' });
    expect(problems.map((problem) => problem.split(':')[0]).sort()).toEqual([
      'ANONYMOUS_OPERATIONS',
      'LOG_LEVEL',
      'PORT',
      'REGISTRATION',
    ]);
    expect(problems).toContain('PORT: expected an integer from 0 to 65535, received "x"');
    expect(problems).toContain('REGISTRATION: expected one of open, closed, received "maybe"');
  });
});

test.each([
  ['ssl=true', 'ssl'],
  ['sslmode=prefer', 'sslmode=prefer'],
  ['sslmode=require&application_name=me', 'application_name'],
])('DATABASE_URL may not end in ?%s, which nobody would read', (parameters, unread) => {
  expect(problemsOf({ DATABASE_URL: `postgres://me:secret@host/db?${parameters}` })).toEqual([
    expect.stringMatching(new RegExp(`^DATABASE_URL: expected .+ sslmode .+, received "${unread}"$`)),
  ]);
});

describe('TRUST_PROXY', () => {
  test.each<[string, string | number]>([
    ['off', 'off'],
    ['1', 1],
    ['16', 16],
    ['loopback', 'loopback'],
    ['loopback, 10.0.0.0/8', 'loopback, 10.0.0.0/8'],
    ['::1,fd00::/8', '::1,fd00::/8'],
  ])('may be %s', (text, value) => {
    expect(loadSettings({ TRUST_PROXY: text }).http.trustProxy).toBe(value);
  });

  test.each([
    '0',
    '17',
    '-1',
    'on',
    'true',
    'false',
    'proxy.example',
    '10.0.0.0/33',
    '10.0.0',
    '::1/129',
    'loopback,',
    '1.5',
    '10.0.0.0/8/8',
  ])('may not be %s', (text) => {
    expect(problemsOf({ TRUST_PROXY: text })).toEqual([
      expect.stringMatching(/^TRUST_PROXY: expected "off", a hop count/),
    ]);
  });
});

describe('addresses', () => {
  test.each(['https://images.example', 'http://localhost:8000/', 'HTTPS://[::1]:8443'])(
    'PUBLIC_URL may be %s',
    (url) => {
      expect(loadSettings({ PUBLIC_URL: url }).http.publicUrl).toBe(url);
    },
  );

  test.each([
    'images.example',
    'ftp://a.example',
    'https://',
    'https://a.example/images',
    'https://a.example/images/',
    'https://a.example//',
    'https://name:word@a.example',
    'http://999.999.999.999',
    'https://a.example/?q',
    'https://a.example/#f',
    'javascript:alert(1)',
    '/images',
  ])('PUBLIC_URL may not be %s', (url) => {
    expect(problemsOf({ PUBLIC_URL: url })).toEqual([
      expect.stringMatching(/^PUBLIC_URL: expected an http or https URL without a path or a query, received "/),
    ]);
  });

  test.each(['*', 'https://a.example', 'https://a.example, http://localhost:3000'])(
    'CORS_ORIGINS may be %s',
    (origins) => {
      expect(loadSettings({ CORS_ORIGINS: origins }).http.corsOrigins).toBe(origins);
    },
  );

  test.each(['a.example', 'https://a.example/', 'https://a.example,*', 'null'])(
    'CORS_ORIGINS may not be %s',
    (origins) => {
      expect(problemsOf({ CORS_ORIGINS: origins })).toHaveLength(1);
    },
  );
});

describe('a file', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'imagepro-test-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  function file(content: string): string {
    const path = join(folder, `${Math.abs(content.length)}`);
    writeFileSync(path, content);
    return path;
  }

  test('holds a secret, its last line end left out', () => {
    const secret = 'a secret that is 32 bytes long..';
    expect(loadSettings({ JWT_SECRET_FILE: file(`${secret}\n`) }).security.jwtSecret).toBe(secret);
  });

  test('holds any setting, and stands alone: an empty variable beside it counts as unset', () => {
    const path = file('9001\n');
    expect(loadSettings({ PORT_FILE: path, PORT: '' }).http.port).toBe(9001);
    expect(problemsOf({ PORT_FILE: path, PORT: '9002' })).toEqual([
      `PORT_FILE: expected not to be set beside PORT, received "${path}"`,
    ]);
  });

  test.each(['', '\n'])('that holds only %j is named, and not taken for unset', (content) => {
    const path = file(content);
    for (const variable of ['DATABASE_URL', 'JWT_SECRET']) {
      expect(problemsOf({ [`${variable}_FILE`]: path })).toEqual([
        `${variable}_FILE: expected the path of a file that holds a value, ${path} is empty`,
      ]);
    }
  });

  test('that cannot be read is named', () => {
    const path = join(folder, 'missing');
    expect(problemsOf({ JWT_SECRET_FILE: path })).toEqual([
      expect.stringMatching(/^JWT_SECRET_FILE: expected the path of a readable file, .*missing/),
    ]);
  });

  test('with a bad secret is refused, and the secret is not shown', () => {
    const problems = problemsOf({ JWT_SECRET_FILE: file('too short') });
    expect(problems).toEqual(['JWT_SECRET: expected at least 32 bytes, received a text of 9 characters']);
  });
});

test('a secret counts in bytes', () => {
  expect(loadSettings({ JWT_SECRET: '🔑'.repeat(8) }).security.jwtSecret).toHaveLength(16);
  expect(problemsOf({ JWT_SECRET: '🔑'.repeat(7) })).toHaveLength(1);
});

test('settings that contradict each other are named together', () => {
  expect(problemsOf({ ANONYMOUS_QUALITY_MIN: '90' })).toEqual([
    'ANONYMOUS_QUALITY_MIN: expected at most ANONYMOUS_QUALITY_MAX, which is 80, received 90',
  ]);
  expect(problemsOf({ AUTHENTICATED_QUALITY_MAX: '5' })).toEqual([
    'AUTHENTICATED_QUALITY_MIN: expected at most AUTHENTICATED_QUALITY_MAX, which is 5, received 10',
  ]);
});

test('a connection is cut as stalled no sooner than its request is refused as too slow, or its stream has a heartbeat', () => {
  expect(problemsOf({ STREAM_HEARTBEAT_SECONDS: '200' })).toEqual([
    'STALL_SECONDS: expected more than STREAM_HEARTBEAT_SECONDS, which is 200, received 150',
  ]);
  expect(problemsOf({ REQUEST_TIMEOUT_SECONDS: '150' })).toEqual([
    'STALL_SECONDS: expected more than REQUEST_TIMEOUT_SECONDS, which is 150, received 150',
  ]);
  expect(problemsOf({ REQUEST_TIMEOUT_SECONDS: '600', STALL_SECONDS: '601' })).toEqual([]);
  expect(problemsOf({ STALL_SECONDS: '59' })).toEqual([
    'STALL_SECONDS: expected an integer from 60 to 86400, received 59',
  ]);
});
