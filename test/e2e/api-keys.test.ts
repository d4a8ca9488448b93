import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ApiKeyListDto, type MadeApiKeyDto, SCOPE_NAMES, type Scope } from '../support/answers.ts';
import { ApiClient, PASSWORD, refusal, type TokenPair } from '../support/api-client.ts';
import { PUBLISHED } from '../support/api-document.ts';
import { ImagesApi } from '../support/images-api.ts';
import { disableAccount } from '../support/inside-service.ts';
import { pauseWork, resumeWork } from '../support/paused-work.ts';
import { type Service, startService } from '../support/service.ts';
import { SMALL_JPEG, upload } from '../support/upload.ts';
import { untilWaiting } from '../support/waiting.ts';

const DAY = 86_400;

let service: Service;
let client: ApiClient;
beforeAll(async () => {
  const many = { THROTTLE_ANONYMOUS_PER_MINUTE: '10000', THROTTLE_AUTHENTICATED_PER_MINUTE: '1000' };
  service = await startService(many);
  client = new ApiClient(service.url);
});
afterAll(() => service.stop());

let accounts = 0;
function newAccount(): Promise<TokenPair> {
  accounts += 1;
  return client.newAccount(`maker${accounts}`);
}

async function newKey(tokens: TokenPair, scopes: readonly Scope[] = SCOPE_NAMES, more: object = {}) {
  const { status, body, text } = await client.as(tokens).post<MadeApiKeyDto>('/accounts/keys/', {
    name: 'test',
    scopes,
    ...more,
  });
  expect([status, text]).toEqual([201, expect.any(String)]);
  return body;
}

const withKey = ({ key }: { key: string }) => client.as({ access: key });

describe('an API key', () => {
  test('is shown once, and known by its beginning', async () => {
    const tokens = await newAccount();
    const { key, ...made } = await newKey(tokens, ['images:read', 'usage:read'], { name: 'Import – nächtlich' });
    expect(made).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      name: 'Import – nächtlich',
      scopes: ['images:read', 'usage:read'],
      prefix: key.slice(0, 12),
      created_at: service.clock.now().toISOString(),
      expires_at: expect.any(String),
      last_used_at: null,
    });
    expect(key).toMatch(/^ipk_[A-Za-z0-9]{8}_[A-Za-z0-9_-]{49}$/);
    const list = await client.as(tokens).get<ApiKeyListDto>('/accounts/keys/');
    expect(list.body).toEqual({ results: [made] });
    expect(list.text).not.toContain(key.slice(13));
  });

  test('does for a program what its scopes say, as its account', async () => {
    const tokens = await newAccount();
    const program = new ImagesApi(service, { ...tokens, access: (await newKey(tokens)).key });
    const image = await program.process(new Uint8Array(await SMALL_JPEG.arrayBuffer()));
    expect(image.status).toBe('completed');
    expect((await program.download(image.id)).status).toBe(200);
    const person = new ImagesApi(service, tokens);
    expect((await person.list()).results.map(({ id }) => id)).toEqual([image.id]);
    expect((await program.remove(image.id)).status).toBe(204);
  });

  test('counts against its account, whatever key or token comes', async () => {
    const tokens = await newAccount();
    const [one, two] = [await newKey(tokens), await newKey(tokens)];
    const left = async (caller: ApiClient) => {
      const { headers } = await caller.get('/accounts/me/');
      return Number(/r=(\d+)/.exec(headers.get('ratelimit') ?? '')?.[1]);
    };
    const first = await left(withKey(one));
    expect([await left(withKey(two)), await left(client.as(tokens))]).toEqual([first - 1, first - 2]);
  });

  test('notes its last use, at most once a minute', async () => {
    const tokens = await newAccount();
    const key = await newKey(tokens);
    const lastUse = async () => {
      const { body } = await client.as(tokens).get<ApiKeyListDto>('/accounts/keys/');
      return body.results[0]?.last_used_at;
    };
    const used = service.clock.now().toISOString();
    await withKey(key).get('/accounts/me/');
    expect(await lastUse()).toBe(used);
    service.clock.advance(59);
    await withKey(key).get('/accounts/me/');
    expect(await lastUse()).toBe(used);
    service.clock.advance(1);
    await withKey(key).get('/accounts/me/');
    expect(await lastUse()).toBe(service.clock.now().toISOString());
  });

  test('ends when its maker said, and after a year by itself', async () => {
    const tokens = await newAccount();
    const expiry = new Date(service.clock.now().getTime() + DAY * 1000).toISOString();
    const [short, long] = [await newKey(tokens, SCOPE_NAMES, { expires_at: expiry }), await newKey(tokens)];
    expect(short.expires_at).toBe(expiry);
    expect(Date.parse(long.expires_at) - service.clock.now().getTime()).toBeGreaterThanOrEqual(365 * DAY * 1000);
    service.clock.advance(DAY - 1);
    expect((await withKey(short).get('/accounts/me/')).status).toBe(200);
    service.clock.advance(1);
    expect(refusal(await withKey(short).get('/accounts/me/'))).toEqual([401, 'invalid_token']);
    expect((await withKey(long).get('/accounts/me/')).status).toBe(200);
    service.clock.advance(366 * DAY);
    expect(refusal(await withKey(long).get('/accounts/me/'))).toEqual([401, 'invalid_token']);
  });

  test('of fifty-one there are fifty', async () => {
    const tokens = await newAccount();
    const made = await Promise.all(
      Array.from({ length: 51 }, () =>
        client.as(tokens).post('/accounts/keys/', { name: 'x', scopes: ['usage:read'] }),
      ),
    );
    expect(made.filter(({ status }) => status === 201)).toHaveLength(50);
    expect(made.filter(({ status }) => status !== 201).map(refusal)).toEqual([[409, 'too_many_keys']]);
  });

  test.each<[string, unknown, string]>([
    ['no name', { scopes: ['usage:read'] }, '/name'],
    ['an empty name', { name: '', scopes: ['usage:read'] }, '/name'],
    ['a long name', { name: 'x'.repeat(101), scopes: ['usage:read'] }, '/name'],
    ['a NUL in the name', { name: 'a\0b', scopes: ['usage:read'] }, '/name'],
    ['half a character in the name', { name: '\ud800', scopes: ['usage:read'] }, '/name'],
    ['no scopes', { name: 'x' }, '/scopes'],
    ['an empty list of scopes', { name: 'x', scopes: [] }, '/scopes'],
    ['one scope twice', { name: 'x', scopes: ['usage:read', 'usage:read'] }, '/scopes'],
    ['an unknown scope', { name: 'x', scopes: ['images:*'] }, '/scopes'],
    ['a scope that every object has', { name: 'x', scopes: ['constructor'] }, '/scopes'],
    ['scopes in text', { name: 'x', scopes: 'usage:read' }, '/scopes'],
    ['an end that is no time', { name: 'x', scopes: ['usage:read'], expires_at: 'tomorrow' }, '/expires_at'],
    ['an end without a zone', { name: 'x', scopes: ['usage:read'], expires_at: '2027-01-01T00:00:00' }, '/expires_at'],
    ['an end on no day', { name: 'x', scopes: ['usage:read'], expires_at: '2026-02-30T00:00:00Z' }, '/expires_at'],
    ['a number for an end', { name: 'x', scopes: ['usage:read'], expires_at: 4e12 }, '/expires_at'],
    ['an end that is past', { name: 'x', scopes: ['usage:read'], expires_at: '2001-01-01T00:00:00Z' }, '/expires_at'],
    ['an end too far', { name: 'x', scopes: ['usage:read'], expires_at: '2099-01-01T00:00:00Z' }, '/expires_at'],
    ['an unknown member', { name: 'x', scopes: ['usage:read'], admin: true }, '/admin'],
  ])('is not made with %s', async (_case, wish, pointer) => {
    const answer = await client.as(await newAccount()).post('/accounts/keys/', wish);
    expect(answer.body).toMatchObject({ status: 400, code: 'validation_failed', errors: [{ pointer }] });
  });
});

describe('a key that is not good is refused, and never taken for an anonymous request:', () => {
  test.each<[string, (key: string, other: string) => string]>([
    ['cut', (key) => key.slice(0, -1)],
    ['with a wrong checksum', (key) => `${key.slice(0, -6)}${key.endsWith('AAAAAA') ? 'BBBBBB' : 'AAAAAA'}`],
    ['with the secret of another', (key, other) => key.slice(0, 13) + other.slice(13)],
    ['of its beginning alone', () => 'ipk_'],
    ['with more after it', (key) => `${key}x`],
  ])('%s', async (_case, change) => {
    const tokens = await newAccount();
    const [one, two] = [await newKey(tokens), await newKey(tokens)];
    for (const path of ['/accounts/me/', `/api/images/${randomUUID()}/`, '/api/limits/']) {
      const answer = await withKey({ key: change(one.key, two.key) }).get(path);
      expect([path, ...refusal(answer)]).toEqual([path, 401, 'invalid_token']);
      expect(answer.headers.get('www-authenticate')).toContain('error="invalid_token"');
      expect(answer.text).not.toContain(one.key.slice(13, 40));
    }
  });

  test('revoked, at once, and by its owner alone', async () => {
    const [tokens, stranger] = [await newAccount(), await newAccount()];
    const key = await newKey(tokens);
    for (const id of [key.id, randomUUID(), 'nonsense', '%00']) {
      const answer = await client.as(stranger).delete(`/accounts/keys/${id}/`);
      expect([id, ...refusal(answer)]).toEqual([id, 404, 'key_not_found']);
    }
    expect((await withKey(key).get('/accounts/me/')).status).toBe(200);
    expect((await client.as(tokens).delete(`/accounts/keys/${key.id}/`)).status).toBe(204);
    expect(refusal(await withKey(key).get('/accounts/me/'))).toEqual([401, 'invalid_token']);
    expect(refusal(await client.as(tokens).delete(`/accounts/keys/${key.id}/`))).toEqual([404, 'key_not_found']);
  });

  test('of an account that is disabled', async () => {
    const key = await newKey(await newAccount());
    await disableAccount(service, `maker${accounts}`);
    expect(refusal(await withKey(key).get('/accounts/me/'))).toEqual([401, 'invalid_token']);
  });

  test('of an account that is deleted', async () => {
    const tokens = await newAccount();
    const key = await newKey(tokens);
    expect((await client.as(tokens).post('/accounts/delete/', { password: PASSWORD })).status).toBe(204);
    expect(refusal(await withKey(key).get('/accounts/me/'))).toEqual([401, 'invalid_token']);
  });

  test('revoked with the password, if that is asked for', async () => {
    const key = await newKey(await newAccount());
    const username = `maker${accounts}`;
    const change = async (current: string, next: string, more: object) => {
      const tokens = await client.logIn(username, current);
      const body = { current_password: current, new_password: next, ...more };
      return (await client.as(tokens).post('/accounts/password/', body)).status;
    };
    expect(await change(PASSWORD, 'an entirely new one', {})).toBe(204);
    expect((await withKey(key).get('/accounts/me/')).status).toBe(200);
    expect(await change('an entirely new one', 'another one again', { revoke_keys: true })).toBe(204);
    expect(refusal(await withKey(key).get('/accounts/me/'))).toEqual([401, 'invalid_token']);
  });
});

describe('who is shut out while they wait is told nothing more:', () => {
  test('a wait ends with a refusal', async () => {
    const tokens = await newAccount();
    const key = await newKey(tokens);
    await pauseWork(service);
    const image = await new ImagesApi(service, tokens).submit(new Uint8Array(await SMALL_JPEG.arrayBuffer()));
    const waits = [withKey(key), client.as(tokens)].map((caller) =>
      caller.with({ Prefer: 'wait=30' }).get(`/api/images/${image.id}/`),
    );
    await untilWaiting(service, 2);
    await client.as(tokens).delete(`/accounts/keys/${key.id}/`);
    expect((await client.post('/accounts/logout/', { refresh: tokens.refresh })).status).toBe(204);
    await resumeWork(service);
    expect((await Promise.all(waits)).map(refusal)).toEqual([
      [401, 'invalid_token'],
      [401, 'invalid_token'],
    ]);
  });

  test('a stream ends', async () => {
    const tokens = await newAccount();
    const key = await newKey(tokens);
    await pauseWork(service);
    const program = new ImagesApi(service, { ...tokens, access: key.key });
    const image = await program.submit(new Uint8Array(await SMALL_JPEG.arrayBuffer()));
    const stream = await program.get(`${image.id}/events/`);
    await client.as(tokens).delete(`/accounts/keys/${key.id}/`);
    await resumeWork(service);
    const events = (await stream.text()).match(/event: \w+/g);
    expect(events).toEqual(['event: image']);
  });
});

describe('a scope', () => {
  /** Every route that looks at who calls, with the scope that its OpenAPI security names. */
  const routes = Object.entries(PUBLISHED.paths).flatMap(([path, operations]) =>
    Object.entries(operations).flatMap(([method, { security = [] }]) => {
      if (!security.some((way) => 'bearer' in way)) return [];
      const keys = security.find((way) => 'api-key' in way)?.['api-key'];
      const scope = keys === undefined ? 'none' : ((keys[0] ?? 'any') as Scope | 'any');
      return [{ method: method.toUpperCase(), path: path.replaceAll(/\{\w+\}/g, randomUUID()), scope }];
    }),
  );
  const keys = new Map<Scope, MadeApiKeyDto>();
  beforeAll(async () => {
    const tokens = await newAccount();
    for (const scope of SCOPE_NAMES) keys.set(scope, await newKey(tokens, [scope]));
  });

  test('is that of what the route is for', () => {
    const scopeOf = (method: string, path: string) => {
      if (path === '/accounts/me/' || path === '/api/limits/') return 'any';
      if (path.startsWith('/accounts/')) return 'none';
      if (path.startsWith('/api/webhooks/') || path.endsWith('/deliveries/')) return 'webhooks:manage';
      if (path.startsWith('/api/presets/')) return 'presets:manage';
      if (path.startsWith('/api/usage/')) return 'usage:read';
      return method === 'GET' ? 'images:read' : 'images:write';
    };
    for (const { method, path, scope } of routes)
      expect([method, path, scope]).toEqual([method, path, scopeOf(method, path)]);
    expect(new Set(routes.map(({ scope }) => scope))).toEqual(new Set([...SCOPE_NAMES, 'any', 'none']));
  });

  test.each(routes)('opens $method $path to keys with $scope alone', async ({ method, path, scope }) => {
    for (const [own, key] of keys) {
      const answer = await withKey(key).send(path, { method });
      const isOpen = scope === 'any' || scope === own;
      const codes = [401, 403].includes(answer.status) ? refusal(answer) : [];
      expect([own, ...codes]).toEqual(isOpen ? [own] : [own, 403, 'missing_scope']);
      const wanted = scope === 'none' ? 'the access token of a session' : `the scope "${scope}"`;
      if (!isOpen) expect(answer.text).toContain(JSON.stringify(wanted).slice(1, -1));
    }
  });

  test('that is missing refuses an upload before its body is read', async () => {
    const key = keys.get('images:read')?.key ?? '';
    const answer = await upload(service, { headers: { Authorization: `Bearer ${key}` } });
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([403, 'missing_scope']);
    expect(await service.storedFiles()).toEqual(expect.not.arrayContaining([expect.stringContaining('original')]));
  });
});
