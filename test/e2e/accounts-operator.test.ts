import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MadeApiKeyDto } from '../support/answers.ts';
import { ApiClient, PASSWORD, refusal, type TokenPair } from '../support/api-client.ts';
import { runAccount, runCommand } from '../support/commands.ts';
import { execute } from '../support/database-rows.ts';
import { freePort } from '../support/servers/program.ts';
import { type Service, startService } from '../support/service.ts';
import { RunningClock } from '../support/test-clock.ts';

const KEY_WISH = { name: 'import', scopes: ['images:read'] };

describe('the account command, beside a running service', () => {
  let service: Service;
  let client: ApiClient;
  beforeAll(async () => {
    service = await startService(
      {
        REGISTRATION: 'closed',
        THROTTLE_ANONYMOUS_PER_MINUTE: '1000',
        // A port that the command, which has the same settings, must leave to the service.
        METRICS_PORT: String(await freePort()),
      },
      new RunningClock(),
    );
    client = new ApiClient(service.url);
  });
  afterAll(() => service.stop());

  const account = (args: string[], answers: string[] = []) => runAccount(service.env, args, answers);

  /** An account that the operator has made, logged in. */
  async function newAccount(name: string): Promise<TokenPair> {
    await account(['create', name], [`${name}@example.com`, PASSWORD]);
    return client.logIn(name);
  }

  test('creates an account while registration is closed', async () => {
    const { code, said } = await runCommand('account', service.env, ['create', 'ada'], ['ada@example.com', PASSWORD]);
    expect([code, said]).toEqual([0, expect.stringContaining('The account ada has been created.')]);
    expect(said).not.toContain(PASSWORD);
    expect((await client.logIn('ada@example.com')).token_type).toBe('Bearer');
  });

  test('resets a password and ends every session', async () => {
    await account(['create', 'forgetful'], ['forgetful@example.com', PASSWORD]);
    const tokens = await client.logIn('forgetful');
    const { code, said } = await account(['reset-password', 'Forgetful@example.com'], ['an entirely new one']);
    expect([code, said]).toEqual([0, expect.stringContaining('Done: reset-password forgetful.')]);
    expect(refusal(await client.as(tokens).get('/accounts/me/'))).toEqual([401, 'invalid_token']);
    expect(refusal(await client.refresh(tokens.refresh))).toEqual([401, 'invalid_token']);
    expect((await client.logIn('forgetful', 'an entirely new one')).access).toBeTruthy();
  });

  test('leaves a deletion that was cut short to the service, which knows all that an account owns', async () => {
    const isLeftBy = async (username: string) => {
      const id = randomUUID();
      await execute(service.settings, `insert into removed_accounts (id) values ('${id}')`);
      await account(['create', username], [`${username}@example.com`, PASSWORD]);
      return (await execute(service.settings, `select id from removed_accounts where id = '${id}'`)).length === 1;
    };
    // The service looks for such accounts every minute, which may happen meanwhile, but not twice.
    expect((await isLeftBy('bystander')) || (await isLeftBy('onlooker'))).toBe(true);
  });

  test('disables an account at once and for good', async () => {
    await account(['create', 'unwanted'], ['unwanted@example.com', PASSWORD]);
    const tokens = await client.logIn('unwanted');
    expect((await account(['disable', 'UNWANTED'])).code).toBe(0);
    expect(refusal(await client.as(tokens).get('/accounts/me/'))).toEqual([401, 'invalid_token']);
    expect(refusal(await client.refresh(tokens.refresh))).toEqual([401, 'invalid_token']);
    const again = await client.post('/accounts/login/', { username: 'unwanted', password: PASSWORD });
    expect(refusal(again)).toEqual([401, 'wrong_credentials']);
  });

  test('lets a disabled account in again, with its API keys', async () => {
    const owner = client.as(await newAccount('pardoned'));
    const { key } = (await owner.post<MadeApiKeyDto>('/accounts/keys/', KEY_WISH)).body;
    await account(['disable', 'pardoned']);
    expect(refusal(await client.as({ access: key }).get('/accounts/me/'))).toEqual([401, 'invalid_token']);
    const { code, said } = await account(['enable', 'pardoned']);
    expect([code, said]).toEqual([
      0,
      expect.stringContaining('Done: enable pardoned. It can log in; API keys that are good again: 1.'),
    ]);
    expect((await client.as({ access: key }).get('/accounts/me/')).status).toBe(200);
    expect((await client.logIn('pardoned')).access).toBeTruthy();
  });

  test('ends every session, and leaves API keys', async () => {
    const tokens = await newAccount('left-open');
    const { key } = (await client.as(tokens).post<MadeApiKeyDto>('/accounts/keys/', KEY_WISH)).body;
    await client.logIn('left-open');
    const { code, said } = await account(['end-sessions', 'left-open']);
    expect([code, said]).toEqual([0, expect.stringContaining('Sessions that have ended: 2.')]);
    expect(refusal(await client.as(tokens).get('/accounts/me/'))).toEqual([401, 'invalid_token']);
    expect((await client.as({ access: key }).get('/accounts/me/')).status).toBe(200);
  });

  test('shows API keys without their text, and revokes one or all', async () => {
    const owner = client.as(await newAccount('leaky'));
    const made = [];
    for (const name of ['one', 'two', 'three']) {
      made.push((await owner.post<MadeApiKeyDto>('/accounts/keys/', { ...KEY_WISH, name })).body);
    }
    const [one, two] = made as [MadeApiKeyDto, MadeApiKeyDto];
    const shown = (await account(['keys', 'leaky'])).said;
    for (const { id, name, key } of made) {
      expect(shown).toMatch(new RegExp(`^${id} +${name} +images:read `, 'm'));
      expect(shown).not.toContain(key);
    }
    expect((await account(['revoke-keys', 'leaky', one.id])).code).toBe(0);
    expect(refusal(await client.as({ access: one.key }).get('/accounts/me/'))).toEqual([401, 'invalid_token']);
    expect((await client.as({ access: two.key }).get('/accounts/me/')).status).toBe(200);
    expect((await account(['revoke-keys', 'leaky'])).said).toContain('API keys that were revoked: 2.');
    expect(refusal(await client.as({ access: two.key }).get('/accounts/me/'))).toEqual([401, 'invalid_token']);
    expect((await owner.get('/accounts/me/')).status).toBe(200);
  });

  test('lists accounts, and says which are disabled or have limits of their own', async () => {
    for (const name of ['listed-1', 'listed-2']) await account(['create', name], [`${name}@example.com`, PASSWORD]);
    await account(['disable', 'listed-1']);
    await account(['policy', 'listed-2', 'active_jobs=7']);
    const { code, said } = await account(['list', 'LISTED-']);
    expect(code).toBe(0);
    const [head, ...rows] = said.trimEnd().split('\n');
    expect(head).toMatch(/^username +e-mail +made \(UTC\) +disabled +limits$/);
    expect(rows).toEqual([
      expect.stringMatching(/^listed-1 +listed-1@example\.com +\S+ +since \S+ +default$/),
      expect.stringMatching(/^listed-2 +listed-2@example\.com +\S+ +no +its own$/),
    ]);
    expect((await account(['list'])).said).toMatch(/^ada +ada@example\.com +\S+ +no +default$/m);
  });

  test('deletes an account whose name is typed again', async () => {
    const tokens = await newAccount('goner');
    const { code, said } = await account(['delete', 'goner'], ['another']);
    expect([code, said]).toEqual([1, expect.stringContaining('Expected goner, received another. Nothing is deleted.')]);
    expect((await client.as(tokens).get('/accounts/me/')).status).toBe(200);
    expect((await account(['delete', 'goner'], ['goner'])).code).toBe(0);
    expect(refusal(await client.as(tokens).get('/accounts/me/'))).toEqual([401, 'invalid_token']);
    expect((await account(['list', 'goner'])).said).not.toContain('goner');
  });

  test.each<[string, string[], string[], RegExp]>([
    ['nothing', [], [], /^Usage: /],
    ['two names', ['disable', 'ada', 'grace'], [], /^Usage: /],
    ['what every object has', ['constructor', 'ada'], [], /^Usage: node \S*dist\/commands\/account\.command\.js </],
    ['no such key', ['revoke-keys', 'ada', 'one'], [], /Expected the id of an API key of ada, received one/],
    ['an unknown name', ['disable', 'nobody'], [], /Expected the name of an account, received nobody/],
    [
      'every field',
      ['create', 'a b'],
      ['grace', '12345678'],
      /1 to 150 letters.+\n.*an e-mail address.+\n.*a password that is not all digits/,
    ],
    ['no answers', ['create', 'grace'], [], /Expected e-mail on standard input, received nothing/],
    ['a name that is taken', ['create', 'ADA'], ['other@example.com', PASSWORD], /Expected a username that nobody has/],
    ['a bad new password', ['reset-password', 'ada'], ['ada@example.com'], /too close to the username or e-mail/],
  ])('says what is wrong: %s', async (_case, args, answers, message) => {
    const { code, said } = await account(args, answers);
    expect([code, said]).toEqual([1, expect.stringMatching(message)]);
    expect(said).not.toMatch(/12345678|at .+\.js/);
  });

  test('registration over HTTP stays closed', async () => {
    expect(refusal(await client.register('stranger'))).toEqual([404, 'registration_closed']);
  });
});

describe('ANONYMOUS=off', () => {
  let service: Service;
  let client: ApiClient;
  beforeAll(async () => {
    service = await startService({ ANONYMOUS: 'off', THROTTLE_ANONYMOUS_PER_MINUTE: '1000' });
    client = new ApiClient(service.url);
  });
  afterAll(() => service.stop());

  test.each<[string, string]>([
    ['POST', '/api/images/'],
    ['GET', `/api/images/${randomUUID()}/`],
    ['GET', `/api/images/${randomUUID()}/download/`],
    ['DELETE', `/api/images/${randomUUID()}/`],
    ['GET', '/api/limits/'],
  ])('%s %s needs an account', async (method, path) => {
    const answer = await client.send(path, { method });
    expect(refusal(answer)).toEqual([401, 'not_authenticated']);
    expect(answer.headers.get('www-authenticate')).toContain('Bearer');
  });

  test('accounts and pages are as ever', async () => {
    const account = client.as(await client.newAccount('member'));
    expect((await account.get('/api/limits/')).status).toBe(200);
    expect((await account.get(`/api/images/${randomUUID()}/`)).status).toBe(404);
    for (const path of ['/', '/api/schema/', '/health/ready']) expect((await client.get(path)).status).toBe(200);
  });
});
