import { afterAll, beforeAll, expect, test } from 'vitest';
import { ApiClient, PASSWORD, refusal } from '../support/api-client.ts';
import { execute } from '../support/database-rows.ts';
import { ServiceProcess } from '../support/service-process.ts';
import { withoutStorage } from '../support/storage-away.ts';

/** What nobody may read in an answer or in the log. */
const SECRETS = ['hunter2-and-more', 'the wrong pass phrase', PASSWORD, '$argon2id$'];

/** How SQLite and PostgreSQL say so. */
const MISSING_TABLE = /no such table: accounts|relation \\*"accounts\\*" does not exist/;

let service: ServiceProcess;
let client: ApiClient;
let answers = '';
beforeAll(async () => {
  service = await ServiceProcess.start({ LOG_LEVEL: 'trace', THROTTLE_ANONYMOUS_PER_MINUTE: '1000' });
  client = new ApiClient(service.url);
});
afterAll(() => service.stop());

function linesOf(requestId: string): string[] {
  return service.log.filter((line) => line.includes(requestId));
}

test('the log has the lines of a request under its id, without its headers and body', async () => {
  const tokens = await client.newAccount('ada');
  SECRETS.push(tokens.access, tokens.refresh);
  await client.with({ 'X-Request-Id': 'find-me' }).as(tokens).get('/accounts/me/');
  await client.post('/accounts/login/', { username: 'ada', password: 'the wrong pass phrase' });
  await client.sendText('/accounts/login/', '{"password": hunter2-and-more}');
  await client.register('second', 'hunter2-and-more');
  await expect.poll(() => linesOf('find-me').map((line) => JSON.parse(line).status)).toContain(200);
});

test('a 5xx shows nothing, and its request_id finds the cause in the log', async () => {
  const tokens = await client.logIn('ada');
  await execute(service.settings, 'alter table accounts rename to accounts_away');
  try {
    const me = await client.as(tokens).get<{ request_id: string; detail: string }>('/accounts/me/');
    const registered = await client.register('third', 'hunter2-and-more');
    const loggedIn = await client.post('/accounts/login/', { username: 'ada', password: PASSWORD });
    for (const answer of [me, registered, loggedIn]) {
      expect(refusal(answer)).toEqual([500, 'internal_error']);
      expect(answer.text).not.toMatch(
        /accounts_away|no such table|does not exist|sqlite|postgres|select|insert|node_modules|\.js|\.ts|at /i,
      );
    }
    answers = me.text + registered.text + loggedIn.text;
    await expect.poll(() => linesOf(me.body.request_id).join('\n')).toMatch(MISSING_TABLE);
  } finally {
    await execute(service.settings, 'alter table accounts_away rename to accounts');
  }
  expect((await client.as(tokens).get('/accounts/me/')).status).toBe(200);
});

test('a part that is down makes the service not ready, and nothing else dead', async () => {
  expect((await client.get('/health/ready')).status).toBe(200);
  await withoutStorage(service.settings, async () => {
    for (let poll = 1; poll <= 3; poll += 1) {
      const answer = await client.with({ 'X-Request-Id': `poll-${poll}` }).get<{ detail: string }>('/health/ready');
      expect([...refusal(answer), answer.headers.get('retry-after')]).toEqual([503, 'unavailable', '5']);
      expect(answer.body.detail).toMatch(/: storage$/);
    }
    expect((await client.get('/health/live')).status).toBe(200);
  });
  expect((await client.get('/health/ready')).status).toBe(200);
  // The line of the last poll comes after whatever else it says.
  await expect.poll(() => linesOf('poll-3').some((line) => JSON.parse(line).status === 503)).toBe(true);
  const warnings = linesOf('poll-').filter((line) => JSON.parse(line).level >= 40);
  expect(warnings.map((line) => JSON.parse(line).msg)).toEqual([expect.stringMatching(/^The storage does not answer/)]);
});

test('no password, hash or token stands in the log or in an answer', async () => {
  const all = service.log.join('\n') + answers;
  expect(all.length).toBeGreaterThan(1000);
  expect(SECRETS.filter((secret) => all.includes(secret))).toEqual([]);
});
