import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ApiClient, PASSWORD, refusal } from '../support/api-client.ts';
import { ServiceProcess } from '../support/service-process.ts';

/** What nobody may read in an answer or in the log. */
const SECRETS = ['hunter2-and-more', 'the wrong pass phrase', PASSWORD, '$argon2id$'];

let service: ServiceProcess;
let client: ApiClient;
let answers = '';
beforeAll(async () => {
  service = await ServiceProcess.start({ LOG_LEVEL: 'trace', THROTTLE_ANONYMOUS_PER_MINUTE: '1000' });
  client = new ApiClient(service.url);
});
afterAll(() => service.stop());

function execute(statement: string): void {
  const database = new Database(join(service.dataDir, 'imagepro.sqlite'), { timeout: 5000 });
  database.exec(statement);
  database.close();
}

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
  await expect.poll(() => linesOf('find-me').map((line) => JSON.parse(line).res?.statusCode)).toContain(200);
});

test('a 5xx shows nothing, and its request_id finds the cause in the log', async () => {
  const tokens = await client.logIn('ada');
  execute('alter table accounts rename to accounts_away');
  try {
    const me = await client.as(tokens).get<{ request_id: string; detail: string }>('/accounts/me/');
    const registered = await client.register('third', 'hunter2-and-more');
    const loggedIn = await client.post('/accounts/login/', { username: 'ada', password: PASSWORD });
    for (const answer of [me, registered, loggedIn]) {
      expect(refusal(answer)).toEqual([500, 'internal_error']);
      expect(answer.text).not.toMatch(/accounts_away|no such table|sqlite|select|insert|node_modules|\.js|\.ts|at /i);
    }
    answers = me.text + registered.text + loggedIn.text;
    await expect.poll(() => linesOf(me.body.request_id).join('\n')).toContain('no such table: accounts');
  } finally {
    execute('alter table accounts_away rename to accounts');
  }
  expect((await client.as(tokens).get('/accounts/me/')).status).toBe(200);
});

test('a part that is down makes the service not ready, and nothing else dead', async () => {
  const [from, to] = ['files', 'files-away'].map((name) => join(service.dataDir, name)) as [string, string];
  expect((await client.get('/health/ready')).status).toBe(200);
  await rename(from, to);
  await writeFile(from, 'no folder');
  try {
    const answer = await client.get('/health/ready');
    expect([...refusal(answer), answer.headers.get('retry-after')]).toEqual([503, 'unavailable', '5']);
    expect((await client.get('/health/live')).status).toBe(200);
  } finally {
    await rm(from);
    await rename(to, from);
  }
  expect((await client.get('/health/ready')).status).toBe(200);
});

test('no password, hash or token stands in the log or in an answer', async () => {
  const all = service.log.join('\n') + answers;
  expect(all.length).toBeGreaterThan(1000);
  expect(SECRETS.filter((secret) => all.includes(secret))).toEqual([]);
});
