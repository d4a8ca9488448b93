import { randomUUID } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ApiClient, PASSWORD, refusal } from '../support/api-client.ts';
import { pathOfAsset } from '../support/inside-service.ts';
import { type Service, startService } from '../support/service.ts';

const ID = /^[A-Za-z0-9._-]{1,64}$/;

let service: Service;
let client: ApiClient;
/** A client with an account: bodies are strict wherever no forms are read. */
let member: ApiClient;
beforeAll(async () => {
  service = await startService({ THROTTLE_ANONYMOUS_PER_MINUTE: '100000', THROTTLE_AUTHENTICATED_PER_MINUTE: '1000' });
  client = new ApiClient(service.url);
  member = client.as(await client.newAccount('strict'));
});
afterAll(() => service.stop());

/** A JSON body sent in chunks, without a declared length. */
async function sendChunked(
  path: string,
  headers: Record<string, string>,
  body: string,
): Promise<{ status: number; body: { code: string } }> {
  const request = httpRequest(`${service.url}${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
  });
  const answer = new Promise<import('node:http').IncomingMessage>((resolve, reject) =>
    request.on('response', resolve).on('error', reject),
  );
  for (let i = 0; i < body.length; i += 4096) request.write(body.slice(i, i + 4096));
  request.end();
  const response = await answer;
  return { status: response.statusCode ?? 0, body: JSON.parse(await text(response)) };
}

describe('a JSON body', () => {
  const json = { 'Content-Type': 'application/json' };

  test.each([
    ['cut', '{"username": "hunter2'],
    ['not JSON', '{"username": "ada", "password": hunter2hunter2}'],
    ['text', 'hunter2'],
    ['two values', '{} {"hunter2": 1}'],
    ['nothing but space', '   '],
    ['no UTF-8', '\u0000hunter2'],
  ])('that is %s cannot be read, and is not repeated', async (_case, body) => {
    const answer = await client.sendText('/accounts/login/', body);
    expect(refusal(answer)).toEqual([400, 'malformed_request']);
    expect(answer.text).not.toMatch(/hunter2|SyntaxError|JSON\.parse|position/);
  });

  test.each([
    ['null', 'null'],
    ['a text', '"hunter2"'],
    ['a number', '5'],
    ['true', 'true'],
    ['an array', '[{"username":"ada"}]'],
    ['nested 7,000 deep', '['.repeat(7000) + ']'.repeat(7000)],
    ['an object nested 2,000 deep', `${'{"a":'.repeat(2000)}1${'}'.repeat(2000)}`],
  ])('that is %s is not valid', async (_case, body) => {
    const answer = await client.sendText('/accounts/login/', body);
    expect(refusal(answer)).toEqual([400, 'validation_failed']);
    expect(answer.text).not.toContain('hunter2');
    expect(answer.text.length).toBeLessThan(2000);
  });

  test.each(['__proto__', 'constructor', 'toString', 'is/a~pointer', 'x'.repeat(300), 'ä\n<script>'])(
    'may not have the member %s',
    async (name) => {
      const body = `{"password":"${PASSWORD}",${JSON.stringify(name)}:{"admin":true}}`;
      const answer = await member.sendText<{ errors: { pointer: string; code: string }[] }>('/accounts/delete/', body);
      const token = name.slice(0, 64).replaceAll('~', '~0').replaceAll('/', '~1');
      expect(answer.body).toMatchObject({ status: 400, errors: [{ pointer: `/${token}`, code: 'unknown_field' }] });
      expect(({} as { admin?: boolean }).admin).toBeUndefined();
    },
  );

  test('with a thousand wrong members is answered shortly', async () => {
    const answer = await member.post(
      '/accounts/delete/',
      Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`m${i}`, i])),
    );
    expect(answer.body).toMatchObject({ status: 400, errors: { length: 100 } });
  });

  test('of 16 KiB is read, and of one byte more is not', async () => {
    const body = (bytes: number) => `{"refresh":"x"${' '.repeat(bytes - 15)}}`;
    expect(refusal(await client.sendText('/accounts/refresh/', body(16_384)))).toEqual([401, 'invalid_token']);
    expect(refusal(await client.sendText('/accounts/refresh/', body(16_385)))).toEqual([413, 'body_too_large']);
  });

  test('that is too large is refused while its sender still sends, declared or not', async () => {
    const large = JSON.stringify({ refresh: 'x'.repeat(3_000_000) });
    expect(refusal(await client.sendText('/accounts/refresh/', large))).toEqual([413, 'body_too_large']);
    expect(await sendChunked('/accounts/refresh/', {}, large)).toMatchObject({
      status: 413,
      body: { code: 'body_too_large' },
    });
  });

  test('is read when it comes in chunks', async () => {
    expect(await sendChunked('/accounts/refresh/', {}, '{"refresh":"x"}')).toMatchObject({ status: 401 });
  });

  test('that unpacks to more than 16 KiB is refused', async () => {
    const { gzipSync } = await import('node:zlib');
    const headers = { ...json, 'Content-Encoding': 'gzip' };
    const packed = (content: string) =>
      client.send('/accounts/refresh/', { method: 'POST', headers, body: gzipSync(content) });
    expect(refusal(await packed('{"refresh":"x"}'))).toEqual([401, 'invalid_token']);
    expect(refusal(await packed(JSON.stringify({ refresh: 'x'.repeat(5_000_000) })))).toEqual([413, 'body_too_large']);
    const broken = await client.send('/accounts/refresh/', { method: 'POST', headers, body: 'not gzip' });
    expect(refusal(broken)).toEqual([400, 'malformed_request']);
  });

  test.each([
    ['a form', { 'Content-Type': 'application/x-www-form-urlencoded' }],
    ['multipart', { 'Content-Type': 'multipart/form-data; boundary=x' }],
    ['text', { 'Content-Type': 'text/plain' }],
    ['another JSON', { 'Content-Type': 'application/vnd.api+json' }],
    ['no type', { 'Content-Type': '' }],
    ['nonsense', { 'Content-Type': ';;;' }],
    ['another charset', { 'Content-Type': 'application/json; charset=latin1' }],
    ['an unknown encoding', { ...json, 'Content-Encoding': 'snappy' }],
  ])('sent as %s is of the wrong type', async (_case, headers) => {
    const answer = await member.send('/accounts/delete/', { method: 'POST', headers, body: '{}' });
    expect(refusal(answer)).toEqual([415, 'unsupported_media_type']);
  });

  test('has nothing to do at the upload, whatever its size', async () => {
    for (const body of ['{}', '{', ' '.repeat(20_000)]) {
      const answer = await client.send('/api/images/', { method: 'POST', headers: json, body });
      expect(refusal(answer)).toEqual([415, 'unsupported_media_type']);
    }
  });

  test('changes nothing where none is read', async () => {
    const answer = await client.send('/accounts/sessions/', { method: 'PUT', headers: json, body: '{' });
    expect(answer.status).toBe(405);
    expect((await client.send('/nothing/', { method: 'POST', headers: json, body: '{' })).status).toBe(404);
  });

  test('under Expect: 100-continue is asked for, or refused unread', async () => {
    const send = (length: number) =>
      new Promise<{ continued: boolean; status: number }>((resolve, reject) => {
        const headers = { ...json, 'Content-Length': length, Expect: '100-continue' };
        const request = httpRequest(`${service.url}/accounts/refresh/`, { method: 'POST', headers });
        let continued = false;
        request.on('continue', () => {
          continued = true;
          request.end('{"refresh":"x"}');
        });
        request.on('response', (response) => {
          resolve({ continued, status: response.statusCode ?? 0 });
          request.destroy();
        });
        request.on('error', reject);
        request.flushHeaders();
      });
    expect(await send(15)).toEqual({ continued: true, status: 401 });
    expect(await send(1_000_000)).toEqual({ continued: false, status: 413 });
  });
});

describe('a problem', () => {
  test('is a document with the documented members', async () => {
    const answer = await client.get('/nothing/here/?secret=1');
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect([answer.status, answer.body]).toEqual([
      404,
      {
        type: `${service.url}/problems/not_found/`,
        title: 'There is no such page or route',
        status: 404,
        detail: 'Expected a documented path, received "/nothing/here/"',
        instance: '/nothing/here/',
        code: 'not_found',
        request_id: answer.headers.get('x-request-id'),
      },
    ]);
  });

  test.each([
    '/%',
    '/%ff/',
    '/accounts/sessions/%E0%A4%A/',
    '/problems/%/',
    '/../../etc/passwd',
    '/accounts/',
    '/problems/no_such_code/',
    '/assets/../settings.ts',
    '/api/images/x/y/z/',
  ])('answers GET %s', async (path) => {
    const { status, headers, body } = await client.get<{ code: string }>(path);
    expect([404, 400, 401]).toContain(status);
    expect([headers.get('content-type'), body.code]).toEqual(['application/problem+json', expect.any(String)]);
  });

  test.each([
    ['GET', '/accounts/login/', 'OPTIONS, POST'],
    ['PUT', '/accounts/me', 'GET, HEAD, OPTIONS'],
    ['DELETE', '/accounts/sessions/', 'GET, HEAD, OPTIONS'],
    ['PATCH', `/api/images/${randomUUID()}/`, 'DELETE, GET, HEAD, OPTIONS'],
    ['DELETE', '/api/images/', 'GET, HEAD, OPTIONS, POST'],
    ['GET', '/api/images/plan/', 'OPTIONS, POST'],
    ['DELETE', '/api/images/plan', 'OPTIONS, POST'],
    ['PUT', '/api/images/plan/', 'OPTIONS, POST'],
    ['POST', '/api/limits/', 'GET, HEAD, OPTIONS'],
    ['POST', '/', 'GET, HEAD, OPTIONS'],
    ['PROPFIND', '/health/live', 'GET, HEAD, OPTIONS'],
  ])('answers %s %s with what is allowed', async (method, path, allow) => {
    const answer = await client.send(path, { method });
    expect([...refusal(answer), answer.headers.get('allow')]).toEqual([405, 'method_not_allowed', allow]);
  });

  test.each(['/api/docs/', '/api/schema/', pathOfAsset('pages.css')])(
    'answers POST %s with what is allowed, or nothing there',
    async (path) => {
      expect([404, 405]).toContain((await client.send(path, { method: 'POST' })).status);
    },
  );

  test('has the address of its page under PUBLIC_URL', async () => {
    const behind = await startService({ PUBLIC_URL: 'https://images.example/' });
    try {
      const { body } = await new ApiClient(behind.url).get<{ type: string }>('/nothing/');
      expect(body.type).toBe('https://images.example/problems/not_found/');
    } finally {
      await behind.stop();
    }
  });
});

describe('a value in a message', () => {
  test('is escaped and cut', async () => {
    const username = `<b>"\n\u202e${'🙂'.repeat(100)}`;
    const { body } = await client
      .register(username)
      .then((answer) => answer as unknown as { body: { errors: { detail: string }[] } });
    expect(body.errors[0]?.detail).toBe(
      `Expected a text of 1 to 150 letters, digits and @ . + - _ for username, received "<b>\\"\\n\\u202e${'🙂'.repeat(25)}…"`,
    );
  });
});

describe('the request id', () => {
  test.each(['a', 'trace-1.2_3', 'A'.repeat(64)])('%s is kept', async (id) => {
    const answer = await client.with({ 'X-Request-Id': id }).get<{ request_id: string }>('/nothing/');
    expect([answer.headers.get('x-request-id'), answer.body.request_id]).toEqual([id, id]);
  });

  test.each(['', 'A'.repeat(65), 'with space', 'a/b', 'a,b', 'é', '<script>'])('%j is replaced', async (id) => {
    const { headers } = await client.with({ 'X-Request-Id': id }).get('/nothing/');
    expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  test.each([
    '/',
    pathOfAsset('pages.css'),
    '/api/docs/',
    '/api/schema/',
    '/health/live',
    '/api/limits/',
    '/accounts/me/',
    '/nothing/',
  ])('stands on %s', async (path) => {
    expect((await client.get(path)).headers.get('x-request-id')).toMatch(ID);
  });
});

describe('OPTIONS that is no preflight', () => {
  test.each([
    ['/api/images/', 'GET, HEAD, OPTIONS, POST'],
    ['/api/images/plan/', 'OPTIONS, POST'],
    ['/accounts/me/', 'GET, HEAD, OPTIONS'],
    ['/', 'GET, HEAD, OPTIONS'],
  ])('names the methods of %s', async (path, allow) => {
    const answer = await client.with({ Origin: 'https://a.example' }).send(path, { method: 'OPTIONS' });
    const named = ['allow', 'access-control-allow-origin'].map((name) => answer.headers.get(name));
    expect([answer.status, ...named]).toEqual([204, allow, '*']);
  });

  test('is a 404 where there is nothing', async () => {
    expect(refusal(await client.send('/nothing/', { method: 'OPTIONS' }))).toEqual([404, 'not_found']);
  });
});

describe('other origins', () => {
  const EXPOSED =
    'Location, Retry-After, RateLimit, RateLimit-Policy, X-Request-Id, ETag, Content-Disposition, Content-Range, Preference-Applied, Idempotent-Replayed';

  test('may ask for an hour ahead', async () => {
    const answer = await client.send('/api/images/', {
      method: 'OPTIONS',
      headers: {
        Origin: 'https://a.example',
        'Access-Control-Request-Method': 'DELETE',
        'Access-Control-Request-Headers': 'authorization,prefer',
      },
    });
    expect([
      answer.status,
      answer.headers.get('access-control-allow-origin'),
      answer.headers.get('access-control-max-age'),
    ]).toEqual([204, '*', '3600']);
    expect(answer.headers.get('access-control-allow-methods')).toContain('DELETE');
    expect(answer.headers.get('access-control-allow-headers')).toBe('authorization,prefer');
    expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
  });

  test.each(['/api/limits/', '/accounts/me/', '/nothing/', '/'])('may read %s', async (path) => {
    const { headers } = await client.with({ Origin: 'https://a.example' }).get(path);
    expect([headers.get('access-control-allow-origin'), headers.get('access-control-expose-headers')]).toEqual([
      '*',
      EXPOSED,
    ]);
  });

  test('are those that the operator names', async () => {
    const named = await startService({ CORS_ORIGINS: 'https://a.example, https://b.example' });
    try {
      const origins = ['https://a.example', 'https://b.example', 'https://c.example'];
      const answers = await Promise.all(
        origins.map((Origin) => new ApiClient(named.url).with({ Origin }).get('/api/limits/')),
      );
      expect(answers.map(({ headers }) => headers.get('access-control-allow-origin'))).toEqual([
        ...origins.slice(0, 2),
        null,
      ]);
      expect(answers[0]?.headers.get('vary')).toContain('Origin');
    } finally {
      await named.stop();
    }
  });
});

describe('paths', () => {
  test.each(['/API/images/', '/api/Limits/', '/Login/'])('%s is another one than in small letters', async (path) => {
    expect(refusal(await client.get(path))).toEqual([404, 'not_found']);
  });

  const pages = ['/playground/', '/login/', '/register/', '/problems/', '/problems/not_found/', '/api/documentation/'];
  const documents = ['/api/docs/', '/api/redoc/', '/api/schema/'];
  test.each([...pages, ...documents, '/api/limits/', '/health/live/', '/health/ready/'])(
    '%s answers the same without its slash',
    async (path) => {
      const [withSlash, without] = [await client.get(path), await client.get(path.slice(0, -1))];
      expect([without.status, without.text, without.headers.get('content-type')]).toEqual([
        200,
        withSlash.text,
        withSlash.headers.get('content-type'),
      ]);
      expect(withSlash.status).toBe(200);
    },
  );

  test.each(['/accounts/me/', '/accounts/sessions/', '/api/images/'])(
    '%s refuses the same without its slash',
    async (path) => {
      expect(refusal(await client.get(path.slice(0, -1)))).toEqual(refusal(await client.get(path)));
    },
  );

  test.each(['/', '/api/limits/', '/api/schema/', '/health/live', '/nothing/', '/accounts/me/'])(
    'HEAD %s is GET without the body',
    async (path) => {
      const plain = client.with({ 'Accept-Encoding': 'identity' });
      const [head, get] = [await plain.send(path, { method: 'HEAD' }), await plain.get(path)];
      expect([head.status, head.text, head.headers.get('content-type')]).toEqual([
        get.status,
        '',
        get.headers.get('content-type'),
      ]);
      expect(head.headers.get('content-length')).toBe(get.headers.get('content-length'));
    },
  );
});
