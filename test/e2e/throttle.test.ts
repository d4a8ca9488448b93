import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, test } from 'vitest';
import { type Answer, ApiClient, PASSWORD, refusal, type TokenPair } from '../support/api-client.ts';
import { ImagesApi } from '../support/images-api.ts';
import { pathOfAsset } from '../support/inside-service.ts';
import { image, photograph } from '../support/pictures.ts';
import { type Service, startService } from '../support/service.ts';

const PICTURE = await image(photograph(40, 30)).jpeg().toBuffer();

let running: { settings: string; service: Service } | undefined;
afterAll(() => running?.service.stop());

/** The service with the documented limits, but for those that are given, after an hour in which nobody called. */
async function start(given: NodeJS.ProcessEnv = {}): Promise<{ service: Service; client: ApiClient }> {
  const env = { THROTTLE_SIGN_IN_PER_MINUTE: '', ...given };
  const settings = JSON.stringify(env);
  if (running?.settings !== settings) {
    // One at a time: the strategies of Passport are shared by the whole process.
    await running?.service.stop();
    running = { settings, service: await startService(env) };
  }
  const { service } = running;
  service.clock.advance(3600);
  return { service, client: new ApiClient(service.url) };
}

/** An account that was registered and logged in from this address, a minute ago. */
async function anAccount({ service, client }: { service: Service; client: ApiClient }): Promise<TokenPair> {
  const tokens = await client.newAccount(`person${randomUUID().slice(0, 8)}`);
  service.clock.advance(60);
  return tokens;
}

function atOnce<T>(count: number, send: (index: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => send(index)));
}

/** How often each status came. */
function counts(answers: Answer<unknown>[]): Record<string, number> {
  const byStatus = Object.groupBy(answers, ({ status }) => String(status));
  return Object.fromEntries(Object.entries(byStatus).map(([status, all]) => [status, all?.length ?? 0]));
}

const anImage = () => `/api/images/${randomUUID()}/`;
/** The counted requests that an anonymous caller can send, one after the other. */
const COUNTED: ((client: ApiClient) => Promise<Answer<unknown>>)[] = [
  (client) => client.get(anImage()),
  (client) => client.delete(anImage()),
  (client) => client.get('/api/images/'),
  (client) => client.get('/accounts/me/'),
  (client) => client.post('/accounts/logout/', {}),
  (client) => client.post('/accounts/refresh/', {}),
  (client) => client.send(anImage(), { method: 'HEAD' }),
  (client) => client.send('/api/images/', { method: 'POST' }),
  (client) => client.sendText('/accounts/logout/', '{'),
  (client) => client.sendText('/accounts/logout/', ' '.repeat(20_000)),
  (client) => client.send('/accounts/logout/', { method: 'POST', body: 'a=b' }),
];

describe('a burst', () => {
  test('of 30 anonymous requests passes 5', async () => {
    const { client } = await start();
    expect(counts(await atOnce(30, () => client.get(anImage())))).toEqual({ 404: 5, 429: 25 });
  });

  test('of 60 requests of an account passes 20', async () => {
    const started = await start();
    const account = started.client.as(await anAccount(started));
    expect(counts(await atOnce(60, () => account.get(anImage())))).toEqual({ 404: 20, 429: 40 });
  });

  test('over all counted routes passes 5, and says so each time', async () => {
    const { service, client } = await start();
    for (const send of COUNTED) {
      const answer = await send(client);
      expect([answer.status, answer.headers.get('ratelimit')]).toEqual([expect.any(Number), '"caller";r=4;t=60']);
      expect(answer.status).not.toBe(429);
      const others = COUNTED.filter((other) => other !== send);
      const answers = await Promise.all(others.map((other) => other(client)));
      expect(counts(answers)[429]).toBe(others.length - 4);
      service.clock.advance(60);
    }
  });

  test('does not spend what other callers have', async () => {
    const started = await start();
    const [one, two] = [await anAccount(started), await anAccount(started)];
    await atOnce(20, () => started.client.as(one).get(anImage()));
    expect((await started.client.as(one).get(anImage())).status).toBe(429);
    expect((await started.client.as(two).get(anImage())).status).toBe(404);
    expect((await started.client.get(anImage())).status).toBe(404);
  });

  test('spends one bucket over all sessions of an account', async () => {
    const started = await start();
    await started.client.register('shared');
    const sessions = [await started.client.logIn('shared'), await started.client.logIn('shared')];
    const answers = await atOnce(30, (i) => started.client.as(sessions[i % 2] as TokenPair).get(anImage()));
    expect(counts(answers)).toEqual({ 404: 20, 429: 10 });
  });
});

describe('a bucket of its own', () => {
  test('lets a caller without requests register and log in, as the refusal advises', async () => {
    const { client } = await start();
    expect(counts(await atOnce(6, () => client.get(anImage())))).toEqual({ 404: 5, 429: 1 });
    const name = `person${randomUUID().slice(0, 8)}`;
    expect((await client.register(name)).status).toBe(201);
    const tokens = await client.logIn(name);
    expect((await client.as(tokens).get(anImage())).status).toBe(404);
  });

  test('lets whoever has spent a minute on an upload and its state fetch the result, and again', async () => {
    const { service, client } = await start();
    const caller = new ImagesApi(service);
    const { id } = await caller.submit(PICTURE, []);
    await caller.whenFinal(id);
    expect(counts(await atOnce(4, () => client.get(`/api/images/${id}/`)))).toEqual({ 200: 3, 429: 1 });
    const answers = await atOnce(3, () => client.get(`/api/images/${id}/download/`));
    expect(counts(answers)).toEqual({ 200: 3 });
    expect(answers[0]?.headers.get('ratelimit-policy')).toBe('"download";q=100;w=60');
  });

  test('holds downloads to 20 times the rate, before anything is looked for', async () => {
    const { client } = await start();
    const answers = await atOnce(103, () => client.get(`${anImage()}download/`));
    expect(counts(answers)).toEqual({ 404: 100, 429: 3 });
    expect(answers.find(({ status }) => status === 429)?.body).toMatchObject({
      code: 'too_many_requests',
      detail:
        'Expected at most 100 downloads in any 60 seconds (limit of anonymous callers), received one more; try again in 60 s',
    });
  });

  test('counts a download that finds nothing as a request too, and one that finds something as none', async () => {
    const { service, client } = await start();
    const caller = new ImagesApi(service);
    const { id } = await caller.process(PICTURE, []);
    const result = await client.get(`/api/images/${id}/download/`);
    const known = { 'If-None-Match': result.headers.get('etag') ?? '' };
    const answers = [
      result,
      await client.with({ Range: 'bytes=0-1' }).get(`/api/images/${id}/download/`),
      await client.with(known).get(`/api/images/${id}/download/`),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 206, 304]);
    expect((await client.get(anImage())).headers.get('ratelimit')).toContain('r=2');
    expect((await client.get(`${anImage()}download/`)).status).toBe(404);
    expect((await client.get(anImage())).headers.get('ratelimit')).toContain('r=0');
  });
});

describe('the minute', () => {
  test('slides: each request makes room 60 s after it came, and refused ones take none', async () => {
    const { service, client } = await start();
    for (let second = 0; second < 50; second += 10) {
      expect((await client.get(anImage())).status).toBe(404);
      service.clock.advance(10);
    }
    // Now at 50 s, with requests at 0, 10, 20, 30 and 40 s.
    const refused = await client.get(anImage());
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '10']);
    service.clock.advance(9.999);
    expect((await client.get(anImage())).status).toBe(429);
    service.clock.advance(0.001);
    expect((await client.get(anImage())).status).toBe(404);
    expect((await client.get(anImage())).status).toBe(429);
    service.clock.advance(10);
    expect((await client.get(anImage())).status).toBe(404);
    expect((await client.get(anImage())).status).toBe(429);
  });

  test('is told in headers of every counted answer', async () => {
    const { service, client } = await start();
    const seen: (string | null)[][] = [];
    for (let i = 0; i < 6; i += 1) {
      const { headers } = await client.get(anImage());
      seen.push(['ratelimit-policy', 'ratelimit', 'retry-after'].map((name) => headers.get(name)));
      service.clock.advance(0.5);
    }
    const policy = '"caller";q=5;w=60';
    expect(seen).toEqual([
      [policy, '"caller";r=4;t=60', null],
      [policy, '"caller";r=3;t=60', null],
      [policy, '"caller";r=2;t=59', null],
      [policy, '"caller";r=1;t=59', null],
      [policy, '"caller";r=0;t=58', null],
      [policy, '"caller";r=0;t=58', '58'],
    ]);
  });

  test('is told in the refusal, and whose limit it is', async () => {
    const started = await start();
    const tokens = await anAccount(started);
    await atOnce(20, () => started.client.as(tokens).get(anImage()));
    await atOnce(5, () => started.client.get(anImage()));
    const [account, anonymous] = [await started.client.as(tokens).get(anImage()), await started.client.get(anImage())];
    expect(account.body).toMatchObject({
      code: 'too_many_requests',
      detail:
        'Expected at most 20 requests in any 60 seconds (limit of signed-in callers), received one more; try again in 60 s',
    });
    expect(anonymous.body).toMatchObject({
      code: 'too_many_requests',
      detail:
        'Expected at most 5 requests in any 60 seconds (limit of anonymous callers), received one more; try again in 60 s; registering raises the limit',
    });
  });
});

describe('not counted', () => {
  const pages = [
    '/',
    '/playground/',
    '/login/',
    '/register/',
    '/problems/',
    '/problems/not_found/',
    pathOfAsset('pages.css'),
  ];
  const documents = ['/api/schema/', '/api/docs/', '/api/redoc/', '/api/documentation/'];
  test.each([...pages, ...documents, '/api/limits/', '/health/live', '/health/ready'])('%s', async (path) => {
    const { client } = await start();
    const answers = await atOnce(10, () => client.get(path));
    expect([counts(answers), answers[0]?.headers.get('ratelimit')]).toEqual([{ 200: 10 }, null]);
    expect((await client.get(anImage())).headers.get('ratelimit')).toContain('r=4');
  });

  test('preflights', async () => {
    const { client } = await start();
    const preflight = {
      method: 'OPTIONS',
      headers: { Origin: 'https://a.example', 'Access-Control-Request-Method': 'POST' },
    };
    expect(counts(await atOnce(10, () => client.send('/api/images/', preflight)))).toEqual({ 204: 10 });
    expect((await client.get(anImage())).headers.get('ratelimit')).toContain('r=4');
  });
});

describe('whose request it is', () => {
  test('a bad token counts against its address', async () => {
    const { client } = await start();
    const forged = client.with({ Authorization: 'Bearer forged' });
    expect(counts(await atOnce(10, () => forged.get(anImage())))).toEqual({ 401: 5, 429: 5 });
    expect((await client.get(anImage())).status).toBe(429);
  });

  test('a token of a session that has ended counts against its address', async () => {
    const started = await start();
    const { access, refresh } = await anAccount(started);
    await started.client.post('/accounts/logout/', { refresh });
    const answers = await atOnce(10, () => started.client.as({ access }).get(anImage()));
    expect(counts(answers)).toEqual({ 401: 5, 429: 5 });
  });

  test('registering and logging in count against the address, whatever token comes along', async () => {
    const started = await start();
    const tokens = [await anAccount(started), await anAccount(started), await anAccount(started)];
    const paths = ['/accounts/register/', '/accounts/login/'];
    const answers = await atOnce(15, (i) =>
      started.client.as(tokens[i % 3] as TokenPair).post(paths[i % 2] as string, {}),
    );
    expect(counts(answers)).toEqual({ 400: 10, 429: 5 });
    expect(answers[0]?.headers.get('ratelimit-policy')).toBe('"sign-in";q=10;w=60');
    const refused = answers.find(({ status }) => status === 429);
    expect(refused?.body).toMatchObject({
      code: 'too_many_requests',
      detail:
        'Expected at most 10 registrations and log-ins in any 60 seconds (limit of an address), received one more; try again in 60 s',
    });
  });

  test('refreshing counts by session', async () => {
    const started = await start();
    const [one, two] = [await anAccount(started), await anAccount(started)];
    await atOnce(5, () => started.client.get(anImage()));
    const answers = await atOnce(25, () => started.client.refresh(one.refresh));
    expect(counts(answers)).toEqual({ 200: 20, 429: 5 });
    const refused = answers.find(({ status }) => status === 429);
    expect(refused?.body).toMatchObject({ detail: expect.stringContaining('(limit of a session)') });
    expect(refused?.headers.get('ratelimit-policy')).toBe('"caller";q=20;w=60');
    expect((await started.client.refresh(two.refresh)).status).toBe(200);
  });

  test('logging out counts by session, whatever others at the address have spent', async () => {
    const started = await start();
    const [one, two] = [await anAccount(started), await anAccount(started)];
    await atOnce(5, () => started.client.get(anImage()));
    const byToken = await started.client.post('/accounts/logout/', { refresh: one.refresh });
    expect([byToken.status, byToken.headers.get('ratelimit')]).toEqual([204, '"caller";r=19;t=60']);
    const page = started.client.with({ Origin: started.service.url, Cookie: `imagepro_refresh=${two.refresh}` });
    expect((await page.send('/accounts/logout/', { method: 'POST' })).status).toBe(204);
    for (const { refresh } of [one, two]) expect((await started.client.refresh(refresh)).status).toBe(401);
  });

  test('refreshing or logging out with a forged token counts against the address', async () => {
    const { client } = await start();
    const paths = ['/accounts/refresh/', '/accounts/logout/'];
    const answers = await atOnce(12, (i) => client.post(paths[i % 2] as string, { refresh: 'forged' }));
    expect(counts(answers)[429]).toBe(7);
  });
});

describe('behind a proxy', () => {
  const from = (client: ApiClient, address: string) => client.with({ 'X-Forwarded-For': address }).get(anImage());

  test('that is not named, X-Forwarded-For changes nothing', async () => {
    const { client } = await start();
    expect(counts(await atOnce(10, (i) => from(client, `192.0.2.${i}`)))).toEqual({ 404: 5, 429: 5 });
  });

  test.each(['1', 'loopback', '127.0.0.0/8'])(
    'TRUST_PROXY=%s believes the address that the proxy added, not what the client sent',
    async (TRUST_PROXY) => {
      const { client } = await start({ TRUST_PROXY });
      expect(counts(await atOnce(10, (i) => from(client, `203.0.113.${i}, 192.0.2.1`)))).toEqual({ 404: 5, 429: 5 });
      expect((await from(client, '192.0.2.2')).status).toBe(404);
    },
  );

  test.each([
    ['an IPv4 address and a port', (port: number) => `192.0.2.1:${port}`, '192.0.2.2:40001'],
    ['an IPv6 address in brackets and a port', (port: number) => `[2001:db8::1]:${port}`, '[2001:db8:0:1::1]:40001'],
    ['a list of them', (port: number) => `203.0.113.9:1, 192.0.2.1:${port}`, '203.0.113.9:1, 192.0.2.2'],
  ])('that sends %s, a client counts as one whatever its port', async (_what, sent, another) => {
    const { client } = await start({ TRUST_PROXY: '1' });
    expect(counts(await atOnce(10, (i) => from(client, sent(40_000 + i))))).toEqual({ 404: 5, 429: 5 });
    expect((await from(client, another)).status).toBe(404);
  });

  test("that sends RFC 7239's Forwarded, it changes nothing", async () => {
    const { client } = await start({ TRUST_PROXY: '1' });
    const sent = (i: number) => client.with({ Forwarded: `for=192.0.2.${i}` }).get(anImage());
    expect(counts(await atOnce(10, sent))).toEqual({ 404: 5, 429: 5 });
  });

  test.each(['[2001:db8:0:7::1]', '2001:db8:0:7::1'])('an IPv6 client counts by its /64, as %s', async (first) => {
    const { client } = await start({ TRUST_PROXY: '1' });
    expect((await from(client, first)).status).toBe(404);
    expect(counts(await atOnce(10, (i) => from(client, `2001:db8:0:7::${i}`)))).toEqual({ 404: 4, 429: 6 });
  });

  test('an IPv6 client counts by its /64', async () => {
    const { client } = await start({ TRUST_PROXY: '1' });
    expect(counts(await atOnce(10, (i) => from(client, `2001:db8:0:7::${i}`)))).toEqual({ 404: 5, 429: 5 });
    expect((await from(client, '2001:db8:0:8::1')).status).toBe(404);
  });
});

describe('wrong passwords', () => {
  const guess = (client: ApiClient, username: string, password = 'not the password') =>
    client.post('/accounts/login/', { username, password });
  const many = { THROTTLE_SIGN_IN_PER_MINUTE: '1000', TRUST_PROXY: '1' };

  test('are five a minute for one name from one address, in any case and by the e-mail too', async () => {
    const { service, client } = await start(many);
    await client.register('target');
    const names = ['target', 'TARGET', 'target@example.com', 'Target@Example.com'];
    const answers = await atOnce(12, (i) => guess(client, names[i % 4] as string));
    expect(counts(answers)).toEqual({ 401: 5, 429: 7 });
    const refused = await guess(client, 'target', PASSWORD);
    expect([...refusal(refused), refused.headers.get('retry-after')]).toEqual([429, 'too_many_wrong_passwords', '60']);
    expect((await guess(client, 'another')).status).toBe(401);
    service.clock.advance(60);
    expect((await guess(client, 'target', PASSWORD)).status).toBe(200);
  });

  test('read the same for a name that does not exist', async () => {
    const { client } = await start(many);
    await client.register('target');
    const ends = [];
    for (const name of ['target', 'nobody']) {
      const answers = [];
      for (let i = 0; i < 7; i += 1) answers.push(await guess(client, name));
      ends.push(
        answers.map(({ status, body, headers }) => [
          status,
          { ...(body as object), request_id: '' },
          headers.get('retry-after'),
        ]),
      );
    }
    expect(ends[0]).toEqual(ends[1]);
  });

  test('are a hundred an hour for one name from all addresses', async () => {
    const { service, client } = await start({ ...many, WRONG_PASSWORDS_PER_HOUR: '12' });
    await client.register('target');
    const from = (i: number) => client.with({ 'X-Forwarded-For': `192.0.2.${i}` });
    expect(counts(await atOnce(20, (i) => guess(from(i), 'target')))).toEqual({ 401: 12, 429: 8 });
    service.clock.advance(3599);
    expect(refusal(await guess(from(50), 'target', PASSWORD))).toEqual([429, 'too_many_wrong_passwords']);
    service.clock.advance(1);
    expect((await guess(from(50), 'target', PASSWORD)).status).toBe(200);
  });

  test('are not counted when they are right', async () => {
    const { client } = await start(many);
    await client.register('regular');
    for (let i = 0; i < 8; i += 1) expect((await guess(client, 'regular', PASSWORD)).status).toBe(200);
    for (let i = 0; i < 5; i += 1) expect((await guess(client, 'regular')).status).toBe(401);
    expect((await guess(client, 'regular', PASSWORD)).status).toBe(429);
  });

  test('are stopped with the tokens of many accounts as without', async () => {
    const started = await start();
    const tokens = [
      await anAccount(started),
      await anAccount(started),
      await anAccount(started),
      await anAccount(started),
    ];
    const answers = await atOnce(20, (i) => guess(started.client.as(tokens[i % 4] as TokenPair), 'target'));
    expect(counts(answers)).toEqual({ 401: 5, 429: 15 });
  });

  test.each([
    ['/accounts/password/', 'changer', { current_password: 'not the password', new_password: 'an entirely new one' }],
    ['/accounts/delete/', 'leaver', { password: 'not the password' }],
  ])('are limited at %s too, together with log-in', async (path, name, body) => {
    const { client } = await start(many);
    const account = client.as(await client.newAccount(name));
    for (let i = 0; i < 3; i += 1) expect((await guess(client, name)).status).toBe(401);
    expect(counts(await atOnce(6, () => account.post(path, body)))).toEqual({ 401: 2, 429: 4 });
    expect(refusal(await account.post(path, body))).toEqual([429, 'too_many_wrong_passwords']);
  });
});
