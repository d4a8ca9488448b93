import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ApiClient, PASSWORD, refusal } from '../support/api-client.ts';
import { execute } from '../support/database-rows.ts';
import { freePort } from '../support/servers/program.ts';
import { type Service, startService } from '../support/service.ts';
import { ServiceProcess } from '../support/service-process.ts';

describe('the account command, beside a running service', () => {
  let service: ServiceProcess;
  let client: ApiClient;
  beforeAll(async () => {
    service = await ServiceProcess.start({
      REGISTRATION: 'closed',
      THROTTLE_ANONYMOUS_PER_MINUTE: '1000',
      LOG_LEVEL: 'warn',
      // A port that the command, which has the same settings, must leave to the service.
      METRICS_PORT: String(await freePort()),
    });
    client = new ApiClient(service.url);
  });
  afterAll(() => service.stop());

  test('creates an account while registration is closed', async () => {
    const { code, said } = await service.account(['create', 'ada'], ['ada@example.com', PASSWORD]);
    expect([code, said]).toEqual([0, expect.stringContaining('The account ada has been created.')]);
    expect(said).not.toContain(PASSWORD);
    expect((await client.logIn('ada@example.com')).token_type).toBe('Bearer');
  });

  test('resets a password and ends every session', async () => {
    await service.account(['create', 'forgetful'], ['forgetful@example.com', PASSWORD]);
    const tokens = await client.logIn('forgetful');
    const { code, said } = await service.account(['reset-password', 'Forgetful@example.com'], ['an entirely new one']);
    expect([code, said]).toEqual([0, expect.stringContaining('Done: reset-password forgetful.')]);
    expect(refusal(await client.as(tokens).get('/accounts/me/'))).toEqual([401, 'invalid_token']);
    expect(refusal(await client.refresh(tokens.refresh))).toEqual([401, 'invalid_token']);
    expect((await client.logIn('forgetful', 'an entirely new one')).access).toBeTruthy();
  });

  test('leaves a deletion that was cut short to the service, which knows all that an account owns', async () => {
    const isLeftBy = async (username: string) => {
      const id = randomUUID();
      await execute(service.settings, `insert into removed_accounts (id) values ('${id}')`);
      await service.account(['create', username], [`${username}@example.com`, PASSWORD]);
      return (await execute(service.settings, `select id from removed_accounts where id = '${id}'`)).length === 1;
    };
    // The service looks for such accounts every minute, which may happen meanwhile, but not twice.
    expect((await isLeftBy('bystander')) || (await isLeftBy('onlooker'))).toBe(true);
  });

  test('disables an account at once and for good', async () => {
    await service.account(['create', 'unwanted'], ['unwanted@example.com', PASSWORD]);
    const tokens = await client.logIn('unwanted');
    expect((await service.account(['disable', 'UNWANTED'])).code).toBe(0);
    expect(refusal(await client.as(tokens).get('/accounts/me/'))).toEqual([401, 'invalid_token']);
    expect(refusal(await client.refresh(tokens.refresh))).toEqual([401, 'invalid_token']);
    const again = await client.post('/accounts/login/', { username: 'unwanted', password: PASSWORD });
    expect(refusal(again)).toEqual([401, 'wrong_credentials']);
  });

  test.each<[string, string[], string[], RegExp]>([
    ['nothing', [], [], /^Usage: /],
    ['two names', ['disable', 'ada', 'grace'], [], /^Usage: /],
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
    const { code, said } = await service.account(args, answers);
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
