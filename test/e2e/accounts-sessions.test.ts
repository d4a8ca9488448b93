import { createHmac, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ApiClient, PASSWORD, refusal, type TokenPair } from '../support/api-client.ts';
import { disableAccount } from '../support/inside-service.ts';
import { type Service, startService } from '../support/service.ts';

const DAY = 86_400;

let service: Service;
let client: ApiClient;
beforeAll(async () => {
  service = await startService({ THROTTLE_ANONYMOUS_PER_MINUTE: '10000', THROTTLE_AUTHENTICATED_PER_MINUTE: '1000' });
  client = new ApiClient(service.url);
});
afterAll(() => service.stop());

let accounts = 0;
function newAccount(): Promise<TokenPair> {
  accounts += 1;
  return client.newAccount(`person${accounts}`);
}

function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
}

async function expectDead({ access, refresh }: TokenPair): Promise<void> {
  const answer = await client.as({ access }).get('/accounts/me/');
  expect(refusal(answer)).toEqual([401, 'invalid_token']);
  expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="imagepro", error="invalid_token"');
  expect(refusal(await client.refresh(refresh))).toEqual([401, 'invalid_token']);
}

async function expectAlive({ access }: { access: string }): Promise<void> {
  expect((await client.as({ access }).get('/accounts/me/')).status).toBe(200);
}

describe('refreshing', () => {
  test('gives two new tokens', async () => {
    const old = await newAccount();
    const { status, body, headers } = await client.refresh(old.refresh);
    expect([status, Object.keys(body).sort(), body.token_type, body.expires_in]).toEqual([
      200,
      ['access', 'expires_in', 'refresh', 'token_type'],
      'Bearer',
      600,
    ]);
    expect([body.access, body.refresh]).not.toEqual([old.access, old.refresh]);
    expect(headers.get('set-cookie')).toBeNull();
    await expectAlive(body);
  });

  test('ten times at once with one token gives one successor', async () => {
    const { refresh } = await newAccount();
    const answers = await Promise.all(Array.from({ length: 10 }, () => client.refresh(refresh)));
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
    const successors = new Set(answers.map(({ body }) => body.refresh));
    expect(successors.size).toBe(1);
    expect((await client.refresh([...successors][0] ?? '')).status).toBe(200);
  });

  test('a used token gets its successor for ten seconds', async () => {
    const { refresh } = await newAccount();
    const first = (await client.refresh(refresh)).body;
    service.clock.advance(10);
    const again = await client.refresh(refresh);
    expect([again.status, again.body.refresh]).toEqual([200, first.refresh]);
  });

  test('a used token ends the session after ten seconds', async () => {
    const { refresh } = await newAccount();
    const thief = (await client.refresh(refresh)).body;
    service.clock.advance(10.001);
    expect(refusal(await client.refresh(refresh))).toEqual([401, 'invalid_token']);
    await expectDead(thief);
  });

  test('a token from before the last two ends the session at once', async () => {
    const { refresh } = await newAccount();
    const second = (await client.refresh(refresh)).body;
    const third = (await client.refresh(second.refresh)).body;
    expect(refusal(await client.refresh(refresh))).toEqual([401, 'invalid_token']);
    await expectDead(third);
  });

  test('ends one session only', async () => {
    const other = await newAccount();
    const { refresh } = await client.logIn(`person${accounts}`);
    await client.refresh(refresh);
    service.clock.advance(11);
    await client.refresh(refresh);
    await expectAlive(other);
  });

  test('each refresh gives seven days more, thirty in all', async () => {
    let { refresh } = await newAccount();
    for (let day = 0; day < 30; day += 6) {
      service.clock.advance(6 * DAY - 1);
      const answer = await client.refresh(refresh);
      expect([day, answer.status]).toEqual([day, 200]);
      refresh = answer.body.refresh;
    }
    service.clock.advance(5);
    expect(refusal(await client.refresh(refresh))).toEqual([401, 'invalid_token']);
  });

  test('is over after seven days without one', async () => {
    const { refresh } = await newAccount();
    service.clock.advance(7 * DAY);
    expect(refusal(await client.refresh(refresh))).toEqual([401, 'invalid_token']);
  });

  test('says which field is wrong, and not what stood in it', async () => {
    for (const body of [{}, { refresh: 5 }, { refresh: null }, { refresh: '' }, { refresh: 'x'.repeat(5000) }]) {
      const answer = await client.post('/accounts/refresh/', body);
      expect(answer.body).toMatchObject({ status: 400, errors: [{ pointer: '/refresh' }] });
      expect(answer.text).not.toContain('xxx');
    }
  });
});

describe('an access token', () => {
  test('lives ten minutes', async () => {
    const { access, refresh } = await newAccount();
    service.clock.advance(599);
    await expectAlive({ access });
    service.clock.advance(1);
    expect(refusal(await client.as({ access }).get('/accounts/me/'))).toEqual([401, 'invalid_token']);
    expect((await client.refresh(refresh)).status).toBe(200);
  });

  test('says no longer life than its session has', async () => {
    const { refresh } = await newAccount();
    let last = refresh;
    for (let day = 0; day < 30; day += 6) {
      const { body } = await client.refresh(last);
      expect(body.expires_in).toBe(600);
      last = body.refresh;
      service.clock.advance(6 * DAY - (day === 24 ? 120 : 0));
    }
    const { body } = await client.refresh(last);
    const { iat, exp } = claimsOf(body.access);
    expect([body.expires_in, Number(exp) - Number(iat)]).toEqual([120, 120]);
  });

  test('is dead at once after log-out', async () => {
    const tokens = await newAccount();
    expect((await client.post('/accounts/logout/', { refresh: tokens.refresh })).status).toBe(204);
    await expectDead(tokens);
    expect((await client.post('/accounts/logout/', { refresh: tokens.refresh })).status).toBe(204);
  });

  test('is dead at once after a log-out with the token before the last', async () => {
    const { refresh } = await newAccount();
    const present = (await client.refresh(refresh)).body;
    await client.post('/accounts/logout/', { refresh });
    await expectDead(present);
  });

  test('is dead at once when the operator disables the account', async () => {
    const tokens = await newAccount();
    await disableAccount(service, `person${accounts}`);
    await expectDead(tokens);
    const again = await client.post('/accounts/login/', { username: `person${accounts}`, password: PASSWORD });
    expect(refusal(again)).toEqual([401, 'wrong_credentials']);
  });

  test('a log-out with anything else is harmless', async () => {
    for (const refresh of ['nonsense', 'a.b.c', (await newAccount()).access]) {
      expect((await client.post('/accounts/logout/', { refresh })).status).toBe(204);
    }
    expect(refusal(await client.post('/accounts/logout/', {}))).toEqual([400, 'validation_failed']);
  });
});

describe('sessions', () => {
  test('are listed to their owner, newest first', async () => {
    const name = `person${accounts + 1}`;
    const started = service.clock.now().toISOString();
    await newAccount();
    service.clock.advance(1);
    const second = await client.with({ 'User-Agent': `Browser ${'x'.repeat(300)}` }).logIn(name);
    service.clock.advance(1);
    const refreshed = (await client.refresh(second.refresh)).body;
    const { body } = await client.as(refreshed).get<{ results: object[] }>('/accounts/sessions/');
    const common = { id: expect.stringMatching(/^[0-9a-f-]{36}$/), address: '127.0.0.1' };
    expect(body.results).toEqual([
      {
        ...common,
        created_at: new Date(Date.parse(started) + 1000).toISOString(),
        last_used_at: new Date(Date.parse(started) + 2000).toISOString(),
        agent: `Browser ${'x'.repeat(248)}`,
        current: true,
      },
      { ...common, created_at: started, last_used_at: started, agent: 'node', current: false },
    ]);
  });

  test('end by their id, and only for their owner', async () => {
    const mine = await newAccount();
    const { body } = await client.as(mine).get<{ results: { id: string }[] }>('/accounts/sessions/');
    const path = `/accounts/sessions/${body.results[0]?.id}/`;
    expect(refusal(await client.as(await newAccount()).delete(path))).toEqual([404, 'session_not_found']);
    await expectAlive(mine);
    expect((await client.as(mine).delete(path)).status).toBe(204);
    await expectDead(mine);
  });

  test.each([randomUUID(), 'not-a-uuid', '%00', "' or 1=1 --", '..%2f..', 'ä'.repeat(500)])(
    '%s is no session',
    async (id) => {
      const answer = await client.as(await newAccount()).delete(`/accounts/sessions/${id}/`);
      expect(refusal(answer)).toEqual([404, 'session_not_found']);
    },
  );

  test('that are over are not listed', async () => {
    await newAccount();
    service.clock.advance(8 * DAY);
    const { body } = await client
      .as(await client.logIn(`person${accounts}`))
      .get<{ results: object[] }>('/accounts/sessions/');
    expect(body.results).toHaveLength(1);
  });
});

describe('a forged token', () => {
  const encoded = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');

  function signed(claims: object, { alg = 'HS256', hash = 'sha256', key = service.jwtSecret } = {}): string {
    const content = `${encoded({ alg, typ: 'JWT' })}.${encoded(claims)}`;
    return `${content}.${createHmac(hash, key).update(content).digest('base64url')}`;
  }

  async function expectRefused(authorization: string): Promise<void> {
    for (const path of ['/accounts/me/', `/api/images/${randomUUID()}/`, '/api/limits/']) {
      const answer = await client.with({ Authorization: authorization }).get(path);
      expect([path, ...refusal(answer)]).toEqual([path, 401, 'invalid_token']);
      expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="imagepro", error="invalid_token"');
    }
  }

  test('is told from a genuine one, which this test can make', async () => {
    const { access } = await newAccount();
    await expectAlive({ access: signed(claimsOf(access)) });
  });

  test.each<[string, (claims: Record<string, unknown>, token: string) => string]>([
    ['alg none', (claims) => `${encoded({ alg: 'none', typ: 'JWT' })}.${encoded(claims)}.`],
    [
      'alg None with the old signature',
      (claims, token) => `${encoded({ alg: 'None' })}.${encoded(claims)}.${token.split('.')[2]}`,
    ],
    ['HS512', (claims) => signed(claims, { alg: 'HS512', hash: 'sha512' })],
    ['another key', (claims) => signed(claims, { key: 'another key that is as long as 32' })],
    ['an empty key', (claims) => signed(claims, { key: '' })],
    [
      'other claims under the old signature',
      (claims, token) => `${token.split('.')[0]}.${encoded({ ...claims, exp: 9e9 })}.${token.split('.')[2]}`,
    ],
    ['another issuer', (claims) => signed({ ...claims, iss: 'elsewhere' })],
    ['another audience', (claims) => signed({ ...claims, aud: 'elsewhere' })],
    ['another account', (claims) => signed({ ...claims, sub: randomUUID() })],
    ['another session', (claims) => signed({ ...claims, sid: randomUUID() })],
    ['no session', ({ sid, ...claims }) => signed(claims)],
    ['a session that is an object', (claims) => signed({ ...claims, sid: { $ne: null } })],
    ['no expiry', ({ exp, ...claims }) => signed(claims)],
    ['an expiry that is no number', (claims) => signed({ ...claims, exp: 'never' })],
    ['an expiry in the past', (claims) => signed({ ...claims, exp: 1 })],
    ['another typ', (claims) => signed({ ...claims, typ: 'id' })],
    ['no typ', ({ typ, ...claims }) => signed(claims)],
    ['a cut signature', (_claims, token) => token.slice(0, -2)],
    ['two parts', (_claims, token) => token.split('.').slice(0, 2).join('.')],
    ['nothing', () => ''],
    ['text', () => 'null'],
    ['claims that are no object', () => signed('text' as never)],
  ])('with %s is refused', async (_case, forge) => {
    const { access } = await newAccount();
    await expectRefused(`Bearer ${forge(claimsOf(access), access)}`);
  });

  test('a refresh token is no access token, and the other way round', async () => {
    const { access, refresh } = await newAccount();
    await expectRefused(`Bearer ${refresh}`);
    expect(refusal(await client.refresh(access))).toEqual([401, 'invalid_token']);
  });

  test('without a token is refused, and the name of the scheme is read in any case', async () => {
    const { access } = await newAccount();
    for (const other of ['Bearer', 'bearer ']) await expectRefused(other);
    expect((await client.with({ Authorization: `bearer ${access}` }).get('/accounts/me/')).status).toBe(200);
  });

  test.each(['\tforged', ' \tforged', ':forged', ',forged', '=forged', '"forged"', ' a b'])(
    'behind anything that is no part of the scheme is refused, and not taken for anonymous (Bearer%j)',
    async (rest) => {
      await expectRefused(`Bearer${rest}`);
      const answer = await client.with({ Authorization: `Bearer${rest}` }).get('/api/limits/');
      expect(refusal(answer)).toEqual([401, 'invalid_token']);
    },
  );

  test.each(['Basic cHJveHk6c2VjcmV0', 'Digest username="proxy"', 'Bearerish token', ' '])(
    'of another scheme (%s) is as if absent: a proxy before the service may ask for one',
    async (Authorization) => {
      const behindProxy = client.with({ Authorization });
      expect(refusal(await behindProxy.get('/accounts/me/'))).toEqual([401, 'not_authenticated']);
      expect(refusal(await behindProxy.get(`/api/images/${randomUUID()}/`))).toEqual([404, 'image_not_found']);
    },
  );

  test.each<[string, (claims: Record<string, unknown>) => string]>([
    ['alg none', (claims) => `${encoded({ alg: 'none', typ: 'JWT' })}.${encoded(claims)}.`],
    ['HS512', (claims) => signed(claims, { alg: 'HS512', hash: 'sha512' })],
    ['another key', (claims) => signed(claims, { key: 'another key that is as long as 32' })],
    ['another account', (claims) => signed({ ...claims, sub: randomUUID() })],
    ['no expiry', ({ exp, ...claims }) => signed(claims)],
    ['an expiry in the past', (claims) => signed({ ...claims, exp: 1 })],
    ['another audience', (claims) => signed({ ...claims, aud: 'elsewhere' })],
  ])('to refresh with %s is refused, and the session lives on', async (_case, forge) => {
    const { access, refresh } = await newAccount();
    const answer = await client.refresh(forge(claimsOf(refresh)));
    expect(refusal(answer)).toEqual([401, 'invalid_token']);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="imagepro", error="invalid_token"');
    await expectAlive({ access });
  });
});
