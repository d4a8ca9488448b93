import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ProblemDocument } from '../support/answers.ts';
import { ApiClient, PASSWORD, refusal, type TokenPair } from '../support/api-client.ts';
import { type Service, startService } from '../support/service.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

let service: Service;
let client: ApiClient;
beforeAll(async () => {
  service = await startService({ THROTTLE_ANONYMOUS_PER_MINUTE: '10000', THROTTLE_AUTHENTICATED_PER_MINUTE: '1000' });
  client = new ApiClient(service.url);
});
afterAll(() => service.stop());

/** The claims of a JWT, unchecked. */
function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
}

describe('registration', () => {
  test('answers the account, and never its password', async () => {
    const answer = await client.register('Ada.Lovelace');
    expect([answer.status, answer.body]).toEqual([
      201,
      {
        message: expect.any(String),
        data: {
          id: expect.stringMatching(UUID),
          username: 'Ada.Lovelace',
          email: 'Ada.Lovelace@example.com',
          created_at: expect.stringMatching(TIME),
        },
      },
    ]);
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  test('takes names and e-mails of any script', async () => {
    const { body, status } = await client.register('Müller', PASSWORD, 'müller@example.com');
    expect([status, body]).toMatchObject([201, { data: { username: 'Müller', email: 'müller@example.com' } }]);
  });

  test('of one name twenty times at the same moment makes one account', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        client.register(i % 2 ? 'crowd' : 'CROWD', PASSWORD, `crowd${i}@example.com`),
      ),
    );
    const counts = Object.groupBy(answers.map(refusal), String);
    expect(counts).toMatchObject({ '201,': { length: 1 }, '409,username_taken': { length: 19 } });
  });

  test('of one e-mail twenty times at the same moment makes one account', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) => client.register(`mail${i}`, PASSWORD, 'Shared@example.com')),
    );
    const counts = Object.groupBy(answers.map(refusal), String);
    expect(counts).toMatchObject({ '201,': { length: 1 }, '409,email_taken': { length: 19 } });
  });

  test('a refused one leaves its other name free', async () => {
    await client.register('first', PASSWORD, 'first@example.com');
    expect(refusal(await client.register('second', PASSWORD, 'FIRST@example.com'))).toEqual([409, 'email_taken']);
    expect((await client.register('second', PASSWORD, 'second@example.com')).status).toBe(201);
  });

  test.each([
    ['another case', 'GRACE', 'other@example.com', 'username_taken'],
    ['a compatible character', 'ｇrace', 'other@example.com', 'username_taken'],
    ['the e-mail in another case', 'hopper', 'Grace@Example.COM', 'email_taken'],
    ["somebody's e-mail as own name and e-mail", 'grace@example.com', 'grace@example.com', 'username_taken'],
  ])('refuses what is taken: %s', async (_case, username, email, code) => {
    await client.register('grace');
    expect(refusal(await client.register(username, PASSWORD, email))).toEqual([409, code]);
  });

  test("a name with @ must be the account's own e-mail", async () => {
    const foreign = await client.register('victim@example.com', PASSWORD, 'thief@example.com');
    expect(foreign.body).toMatchObject({ status: 400, errors: [{ pointer: '/username', code: 'not_own_email' }] });
    expect((await client.register('Self@example.com', PASSWORD, 'self@EXAMPLE.com')).status).toBe(201);
    expect((await client.logIn('self@example.com')).token_type).toBe('Bearer');
  });

  test.each([
    ['username', 'has space'],
    ['username', ''],
    ['username', 'x'.repeat(151)],
    ['username', 'a/b'],
    ['username', 'nul\u0000'],
    ['username', 7],
    ['username', null],
    ['username', ['a']],
    ['username', undefined],
    ['email', 'no-address'],
    ['email', `${'x'.repeat(250)}@example.com`],
    ['email', { address: 'a@example.com' }],
    ['email', undefined],
    ['password', 'short12'],
    ['password', 'x'.repeat(129)],
    ['password', '48151623422'],
    ['password', 'password123'],
    ['password', 'fieldname1'],
    ['password', 'fieldname@example.com'],
    ['password', 12345678],
    ['password', null],
    ['password', ['a', 'b']],
    ['password', undefined],
  ])('refuses %s %j, and says where', async (field, value) => {
    const fields = { username: 'fieldname', email: 'fieldname@example.com', password: PASSWORD, [field]: value };
    const answer = await client.post<{ errors: { pointer: string; detail: string }[] }>('/accounts/register/', fields);
    expect(refusal(answer)).toEqual([400, 'validation_failed']);
    expect(answer.body.errors.map(({ pointer }) => pointer)).toContain(`/${field}`);
    for (const { detail } of answer.body.errors) expect(detail).toMatch(/^Expected .+ for \w+, received .+/s);
  });

  test('reports every fault at once, and repeats no password', async () => {
    const answer = await client.post('/accounts/register/', {
      username: '',
      email: 'x',
      password: 'hunter2',
    });
    expect(answer.body).toMatchObject({
      errors: expect.arrayContaining([
        { pointer: '/username', code: 'invalid_value', detail: expect.any(String) },
        {
          pointer: '/email',
          code: 'invalid_value',
          detail: 'Expected an e-mail address of at most 254 characters for email, received "x"',
        },
        {
          pointer: '/password',
          code: 'invalid_value',
          detail: 'Expected a text of 8 to 128 characters for password, received a text of 7 characters',
        },
      ]),
    });
    expect(answer.text).not.toContain('hunter2');
  });

  test('takes a password of 128 characters of any kind', async () => {
    const password = '🔑'.repeat(128);
    expect((await client.register('emoji', password)).status).toBe(201);
    expect((await client.logIn('emoji', password)).access).toBeTruthy();
  });
});

describe('logging in', () => {
  let tokens: TokenPair;
  beforeAll(async () => {
    tokens = await client.newAccount('linus');
  });

  test.each(['linus', 'LINUS', 'linus@example.com', 'Linus@Example.com'])('by the name %s', async (username) => {
    const answer = await client.post('/accounts/login/', { username, password: PASSWORD });
    expect([answer.status, answer.body]).toEqual([
      200,
      { access: expect.any(String), refresh: expect.any(String), token_type: 'Bearer', expires_in: 600 },
    ]);
    expect(answer.headers.get('set-cookie')).toBeNull();
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  test('gives tokens with the documented claims', async () => {
    const now = service.clock.now().getTime() / 1000;
    const { access, refresh } = await client.logIn('linus');
    const claims = {
      iss: 'imagepro',
      aud: 'imagepro',
      sub: expect.stringMatching(UUID),
      sid: expect.stringMatching(UUID),
    };
    const jti = expect.stringMatching(/^[\w-]{22}$/);
    expect(claimsOf(access)).toEqual({ ...claims, iat: now, exp: now + 600, jti, typ: 'access' });
    expect(claimsOf(refresh)).toEqual({ ...claims, iat: now, exp: now + 7 * 86_400, jti, typ: 'refresh' });
    expect(JSON.parse(Buffer.from(access.split('.')[0] ?? '', 'base64url').toString())).toEqual({
      alg: 'HS256',
      typ: 'JWT',
    });
  });

  test('with a wrong password reads like one with an unknown name', async () => {
    const [wrong, unknown] = await Promise.all([
      client.post<object>('/accounts/login/', { username: 'linus', password: 'not the password' }),
      client.post<object>('/accounts/login/', { username: 'nobody', password: 'not the password' }),
    ]);
    expect(refusal(wrong)).toEqual([401, 'wrong_credentials']);
    expect(wrong.headers.get('www-authenticate')).toContain('Bearer');
    expect({ ...wrong.body, request_id: '' }).toEqual({ ...unknown.body, request_id: '' });
  });

  test('checks types and lengths only', async () => {
    expect(refusal(await client.post('/accounts/login/', { username: 'x y\u0000/', password: '1' }))).toEqual([
      401,
      'wrong_credentials',
    ]);
    for (const body of [
      {},
      { username: 5, password: 'x' },
      { username: 'x', password: '' },
      { username: 'x', password: 'x'.repeat(129) },
      { username: 'x', password: 'y', session: 'no' },
    ]) {
      expect(refusal(await client.post('/accounts/login/', body))).toEqual([400, 'validation_failed']);
    }
  });

  test('the account and its limits stand at /accounts/me/', async () => {
    const answer = await client.as(tokens).get<{ limits: object }>('/accounts/me/');
    const limits = await client.as(tokens).get('/api/limits/');
    expect([answer.status, answer.body]).toEqual([
      200,
      {
        id: claimsOf(tokens.access).sub,
        username: 'linus',
        email: 'linus@example.com',
        created_at: expect.stringMatching(TIME),
        limits: limits.body,
        webhook_secret_since: null,
      },
    ]);
    expect(refusal(await client.get('/accounts/me/'))).toEqual([401, 'not_authenticated']);
  });
});

describe('limits', () => {
  test('of an anonymous caller', async () => {
    const { body } = await client.get('/api/limits/');
    expect(body).toEqual({
      policy: 'anonymous',
      file_bytes: 2_097_152,
      operations: 2,
      quality_min: 40,
      quality_max: 80,
      source_pixels: 25_000_000,
      output_side: 10_000,
      output_pixels: 25_000_000,
      requests_per_minute: 10_000,
      downloads_per_minute: 200_000,
      sign_ins_per_minute: 10_000,
      active_jobs: 5,
      kept_bytes: 104_857_600,
      images_per_month: null,
      images_this_month: null,
      download_seconds: 600,
      after_download_seconds: 20,
    });
  });

  test('of an account', async () => {
    const { body } = await client.as(await client.newAccount('limited')).get('/api/limits/');
    expect(body).toEqual({
      policy: 'authenticated',
      file_bytes: 10_485_760,
      operations: 10,
      quality_min: 10,
      quality_max: 95,
      source_pixels: 50_000_000,
      output_side: 10_000,
      output_pixels: 50_000_000,
      requests_per_minute: 1000,
      downloads_per_minute: 20_000,
      sign_ins_per_minute: 10_000,
      active_jobs: 100,
      kept_bytes: 1_073_741_824,
      images_per_month: null,
      images_this_month: null,
      download_seconds: 3600,
      after_download_seconds: 300,
    });
  });
});

describe('the password', () => {
  test('changes with the present one, and every session ends', async () => {
    const first = await client.newAccount('changer');
    const second = await client.logIn('changer');
    const change = { current_password: PASSWORD, new_password: 'an entirely new one' };
    expect((await client.as(first).post('/accounts/password/', change)).status).toBe(204);
    for (const { access, refresh } of [first, second]) {
      expect(refusal(await client.as({ access }).get('/accounts/me/'))).toEqual([401, 'invalid_token']);
      expect(refusal(await client.refresh(refresh))).toEqual([401, 'invalid_token']);
    }
    expect(refusal(await client.post('/accounts/login/', { username: 'changer', password: PASSWORD }))).toEqual([
      401,
      'wrong_credentials',
    ]);
    expect((await client.logIn('changer', 'an entirely new one')).access).toBeTruthy();
  });

  test.each(['short12', '48151623422', 'password123', 'keeper12345', 'Keeper@example.com', 12345678])(
    'refuses %j as the new one',
    async (next) => {
      const account = new ApiClient(service.url);
      await account.register('keeper');
      const answer = await account
        .as(await account.logIn('keeper'))
        .post('/accounts/password/', { current_password: PASSWORD, new_password: next });
      expect(answer.body).toMatchObject({
        status: 400,
        code: 'validation_failed',
        errors: [{ pointer: '/new_password' }],
      });
      expect(answer.text).not.toContain(String(next));
    },
  );

  test('is told of every rule that the new one breaks', async () => {
    const account = new ApiClient(service.url);
    const answer = await account
      .as(await account.newAccount('breaker'))
      .post<ProblemDocument>('/accounts/password/', { current_password: PASSWORD, new_password: '12345678' });
    expect(answer.body.errors?.map(({ code }) => code)).toEqual(['all_digits', 'too_common']);
    expect(answer.body.detail).toMatch(/ \(and 1 more, see errors\)$/);
  });

  test('stays without the present one', async () => {
    const tokens = await client.newAccount('stubborn');
    const change = { current_password: 'not the password', new_password: 'an entirely new one' };
    const answer = await client.as(tokens).post('/accounts/password/', change);
    expect(refusal(answer)).toEqual([401, 'wrong_credentials']);
    expect(answer.text).not.toContain('entirely');
    expect((await client.as(tokens).get('/accounts/me/')).status).toBe(200);
  });
});

describe('deletion', () => {
  test('needs the password, and leaves nothing behind', async () => {
    const tokens = await client.newAccount('leaver');
    const account = client.as(tokens);
    expect(refusal(await account.post('/accounts/delete/', { password: 'not the password' }))).toEqual([
      401,
      'wrong_credentials',
    ]);
    expect((await account.post('/accounts/delete/', { password: PASSWORD })).status).toBe(204);
    expect(refusal(await account.get('/accounts/me/'))).toEqual([401, 'invalid_token']);
    expect(refusal(await client.refresh(tokens.refresh))).toEqual([401, 'invalid_token']);
    expect(refusal(await client.post('/accounts/login/', { username: 'leaver', password: PASSWORD }))).toEqual([
      401,
      'wrong_credentials',
    ]);
    expect((await client.register('leaver')).status).toBe(201);
  });
});
