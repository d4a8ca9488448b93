import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Answer, ApiClient, PASSWORD, refusal } from '../support/api-client.ts';
import { production } from '../support/profile.ts';
import { type Service, startService } from '../support/service.ts';

let service: Service;
let client: ApiClient;
beforeAll(async () => {
  service = await startService({ THROTTLE_ANONYMOUS_PER_MINUTE: '10000' });
  client = new ApiClient(service.url);
  await client.register('browser');
});
afterAll(() => service.stop());

function logIn(from: ApiClient = client.with({ Origin: service.url })): Promise<Answer<{ access: string }>> {
  return from.post('/accounts/login/', { username: 'browser', password: PASSWORD, session: 'cookie' });
}

/** Name and value of the cookie that an answer sets. */
function cookieOf({ headers }: Answer<unknown>): string {
  return headers.get('set-cookie')?.split(';')[0] ?? '';
}

function attributesOf({ headers }: Answer<unknown>): string[] {
  const [, ...attributes] = headers.get('set-cookie')?.split('; ') ?? [];
  return attributes.filter((attribute) => !attribute.startsWith('Expires=')).sort();
}

const fromPage = (cookie: string) => client.with({ Cookie: cookie, Origin: service.url });

describe('a session in a cookie', () => {
  test('keeps the refresh token out of the answer and out of reach of scripts', async () => {
    const answer = await logIn();
    expect([answer.status, Object.keys(answer.body).sort()]).toEqual([200, ['access', 'expires_in', 'token_type']]);
    expect(attributesOf(answer)).toEqual(['HttpOnly', 'Max-Age=604800', 'Path=/accounts/', 'SameSite=Strict']);
    expect(answer.text).not.toContain(cookieOf(answer).split('=')[1]);
  });

  test('is refreshed with an empty body, and stays in its cookie', async () => {
    const first = cookieOf(await logIn());
    for (const body of [undefined, '{}']) {
      const init = { method: 'POST', body, headers: body ? { 'Content-Type': 'application/json' } : {} };
      const answer = await fromPage(first).send<{ access: string }>('/accounts/refresh/', init);
      expect([answer.status, Object.keys(answer.body).sort()]).toEqual([200, ['access', 'expires_in', 'token_type']]);
      expect(attributesOf(answer)).toEqual(['HttpOnly', 'Max-Age=604800', 'Path=/accounts/', 'SameSite=Strict']);
      expect(cookieOf(answer)).not.toBe(first);
      expect((await client.as(answer.body).get('/accounts/me/')).status).toBe(200);
    }
  });

  test('ends by a log-out with an empty body, and the cookie goes', async () => {
    const opened = await logIn();
    const answer = await fromPage(cookieOf(opened)).send('/accounts/logout/', { method: 'POST' });
    expect([answer.status, cookieOf(answer)]).toEqual([204, 'imagepro_refresh=']);
    expect(attributesOf(answer)).toEqual(['HttpOnly', 'Path=/accounts/', 'SameSite=Strict']);
    expect(refusal(await client.as(opened.body).get('/accounts/me/'))).toEqual([401, 'invalid_token']);
  });

  test.each(['https://evil.example', 'null', 'http://127.0.0.1', undefined])(
    'is neither to be opened nor to be used from Origin %s',
    async (origin) => {
      const opened = await logIn();
      const page = client.with({ Cookie: cookieOf(opened), ...(origin && { Origin: origin }) });
      const again = await logIn(page);
      expect([refusal(again), again.headers.get('set-cookie')]).toEqual([[400, 'foreign_origin'], null]);
      for (const path of ['/accounts/refresh/', '/accounts/logout/']) {
        const answer = await page.send(path, { method: 'POST' });
        expect([refusal(answer), answer.headers.get('set-cookie')]).toEqual([[400, 'foreign_origin'], null]);
      }
      expect((await client.as(opened.body).get('/accounts/me/')).status).toBe(200);
    },
  );

  test('a token in the body goes before the cookie', async () => {
    const [inCookie, inBody] = [await logIn(), await client.logIn('browser')];
    const answer = await client.with({ Cookie: cookieOf(inCookie) }).refresh(inBody.refresh);
    expect([answer.status, typeof answer.body.refresh, answer.headers.get('set-cookie')]).toEqual([
      200,
      'string',
      null,
    ]);
  });

  test('a cookie that is no token is refused', async () => {
    for (const value of ['', 'x', '%', 'a=b']) {
      const answer = await fromPage(`imagepro_refresh=${value}`).send('/accounts/refresh/', { method: 'POST' });
      expect([value, answer.status >= 400 && answer.status < 500]).toEqual([value, true]);
    }
  });

  test('deleting the account takes the cookie away', async () => {
    await client.register('briefly');
    const opened = await client.with({ Origin: service.url }).post<{ access: string }>('/accounts/login/', {
      username: 'briefly',
      password: PASSWORD,
      session: 'cookie',
    });
    const answer = await client.as(opened.body).post('/accounts/delete/', { password: PASSWORD });
    expect([answer.status, cookieOf(answer)]).toEqual([204, 'imagepro_refresh=']);
  });
});

describe('behind a proxy with TLS', () => {
  const named = ['that is named', { PUBLIC_URL: 'https://images.example/' }, {}] as const;
  const trusted = [
    'that is trusted',
    { TRUST_PROXY: 'loopback' },
    { 'X-Forwarded-Proto': 'https', 'X-Forwarded-Host': 'images.example' },
  ] as const;

  // The production profile has to be told its address.
  test.each(production ? [named] : [named, trusted])(
    '%s the cookie is Secure and the Origin is the public one',
    async (_case, settings, headers) => {
      const behind = await startService({ THROTTLE_ANONYMOUS_PER_MINUTE: '100', ...settings });
      try {
        const proxied = new ApiClient(behind.url).with(headers as Record<string, string>);
        await proxied.register('browser');
        const logInFrom = (Origin: string) => logIn(proxied.with({ Origin }));
        expect(refusal(await logInFrom(behind.url))).toEqual([400, 'foreign_origin']);
        const answer = await logInFrom('https://images.example');
        expect(attributesOf(answer)).toContain('Secure');
        const refresh = (Origin: string) =>
          proxied.with({ Cookie: cookieOf(answer), Origin }).send('/accounts/refresh/', { method: 'POST' });
        expect((await refresh('https://images.example')).status).toBe(200);
        expect(refusal(await refresh(behind.url))).toEqual([400, 'foreign_origin']);
      } finally {
        await behind.stop();
      }
    },
  );
});
