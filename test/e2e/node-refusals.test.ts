import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { pauseWork, resumeWork } from '../support/paused-work.ts';
import { multipart, RawConnection, uploadHead } from '../support/raw-http.ts';
import { parsedAnswer, rawRequest } from '../support/raw-request.ts';
import { type Service, startService } from '../support/service.ts';
import { SMALL_JPEG } from '../support/upload.ts';
import { untilWaiting } from '../support/waiting.ts';

let service: Service;
beforeAll(async () => {
  service = await startService({ HEADERS_TIMEOUT_SECONDS: '1', REQUEST_TIMEOUT_SECONDS: '1' });
});
afterAll(() => service.stop());

/** The lines of a request that closes its connection. */
function lines(...all: string[]): string {
  return [...all, 'Connection: close', '', ''].join('\r\n');
}

/** Checks that a raw answer is a whole problem document. */
function expectProblem(raw: string, status: number, code: string): void {
  const answer = parsedAnswer(raw);
  const document = JSON.parse(answer.body);
  expect([answer.status, document.status, document.code, document.title]).toEqual([
    status,
    status,
    code,
    expect.any(String),
  ]);
  expect(document.type).toMatch(new RegExp(`^http://[^/]+/problems/${code}/$`));
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  expect(answer.headers.get('x-request-id')).toBe(document.request_id);
  expect(document.request_id).toMatch(/^[0-9a-f-]{36}$/);
  expect(answer.headers.get('content-length')).toBe(String(Buffer.byteLength(answer.body)));
}

describe('malformed HTTP', () => {
  test.each([
    ['no HTTP', 'hello\r\n\r\n'],
    ['an unknown method', lines('HACK / HTTP/1.1', 'Host: a.example')],
    ['an unknown version', lines('GET / HTTP/9.9', 'Host: a.example')],
    ['a space in a header name', lines('GET / HTTP/1.1', 'Host: a.example', 'Bad Header: x')],
    ['a bare line feed in a header', 'GET / HTTP/1.1\r\nHost: a\nX: \rb\r\n\r\n'],
    ['a length that is no number', lines('POST /accounts/login/ HTTP/1.1', 'Host: a.example', 'Content-Length: many')],
    [
      'two lengths',
      lines('POST /accounts/login/ HTTP/1.1', 'Host: a.example', 'Content-Length: 1', 'Content-Length: 2'),
    ],
    [
      'a length and chunks',
      lines('POST /accounts/login/ HTTP/1.1', 'Host: a.example', 'Content-Length: 1', 'Transfer-Encoding: chunked'),
    ],
    ['TLS', '\u0016\u0003\u0001\u0002\u0000\u0001'],
  ])('%s is a problem too', async (_case, request) => {
    expectProblem(await rawRequest(service.url, request), 400, 'malformed_request');
  });

  test('in the chunks of a body is a problem too', async () => {
    const head =
      'POST /accounts/login/ HTTP/1.1\r\nHost: a.example\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n';
    expectProblem(await rawRequest(service.url, `${head}zz\r\n`), 400, 'malformed_request');
  });

  test('a tunnel is refused', async () => {
    const raw = await rawRequest(service.url, lines('CONNECT evil.example:443 HTTP/1.1', 'Host: evil.example:443'));
    expectProblem(raw, 400, 'malformed_request');
  });

  test('an offer to upgrade is passed over', async () => {
    const raw = await rawRequest(service.url, lines('GET /health/live HTTP/1.1', 'Host: a.example', 'Upgrade: h2c'));
    expect(parsedAnswer(raw).status).toBe(200);
  });
});

describe('headers', () => {
  test.each([
    ['one large', [`X-Large: ${'x'.repeat(20_000)}`]],
    ['many', Array.from({ length: 1000 }, (_, i) => `X-${i}: ${'x'.repeat(20)}`)],
    ['a megabyte', [`X-Large: ${'x'.repeat(1_000_000)}`]],
  ])('that are too large are a 431: %s', async (_case, headers) => {
    expectProblem(
      await rawRequest(service.url, lines('GET / HTTP/1.1', 'Host: a.example', ...headers)),
      431,
      'headers_too_large',
    );
  });

  test('and a request line that is too large', async () => {
    const raw = await rawRequest(service.url, lines(`GET /${'x'.repeat(20_000)} HTTP/1.1`, 'Host: a.example'));
    expectProblem(raw, 431, 'headers_too_large');
  });
});

describe('Host', () => {
  test.each([
    ...[
      'a b',
      'a/b',
      'a.example:99999',
      'a.example:x',
      'user@a.example',
      '<script>',
      '[::1',
      '[zz]',
      '',
      '-a',
      'a.example,b.example',
      'ä',
      "a'",
      '999.999.999.999',
      '1.2.3.4.5',
      'a.0x',
      '09',
    ],
  ])('%j is refused', async (host) => {
    const raw = await rawRequest(service.url, lines('GET /api/limits/ HTTP/1.1', `Host: ${host}`));
    expectProblem(raw, 400, 'malformed_request');
    expect(raw).not.toContain(`http://${host}/`);
  });

  test.each([
    'a.example',
    'A.Example:8000',
    '127.0.0.1',
    '[::1]',
    '[2001:db8::1]:80',
    'localhost',
    'under_score.example',
    'a.example.',
  ])('%s is taken', async (host) => {
    expect(
      parsedAnswer(await rawRequest(service.url, lines('GET /api/limits/ HTTP/1.1', `Host: ${host}`))).status,
    ).toBe(200);
  });

  test('that is no address is refused where the cookie is checked too', async () => {
    const head = ['POST /accounts/refresh/ HTTP/1.1', 'Host: 999.999.999.999', 'Cookie: imagepro_refresh=a'];
    expectProblem(await rawRequest(service.url, lines(...head)), 400, 'malformed_request');
  });

  test.each([
    ['X-Forwarded-Host', '1.2.3.4.5', 'one valid host and port'],
    ['X-Forwarded-Host', 'a b', 'one valid host and port'],
    ['X-Forwarded-Proto', 'javascript', 'http or https'],
  ])('%s: %s of a trusted proxy is refused', async (header, value, expected) => {
    const behind = await startService({ TRUST_PROXY: 'loopback' });
    onTestFinished(() => behind.stop());
    const raw = await rawRequest(
      behind.url,
      lines('GET /api/limits/ HTTP/1.1', 'Host: a.example', `${header}: ${value}`),
    );
    expectProblem(raw, 400, 'malformed_request');
    expect(raw).toContain(`Expected ${expected} for ${header}, received \\"${value}\\"`);
  });

  test('that is missing is refused', async () => {
    expectProblem(await rawRequest(service.url, lines('GET /api/limits/ HTTP/1.1')), 400, 'malformed_request');
  });

  test('given twice is refused', async () => {
    const raw = await rawRequest(service.url, lines('GET / HTTP/1.1', 'Host: a.example', 'Host: b.example'));
    expectProblem(raw, 400, 'malformed_request');
  });
});

describe('Expect', () => {
  test('anything but 100-continue fails, with the id and the path of the request', async () => {
    const raw = await rawRequest(
      service.url,
      lines('GET /api/limits/ HTTP/1.1', 'Host: a.example', 'Expect: wonders', 'X-Request-Id: mine'),
    );
    const { status, headers, body } = parsedAnswer(raw);
    expect([status, headers.get('x-request-id'), JSON.parse(body)]).toMatchObject([
      417,
      'mine',
      {
        code: 'expectation_failed',
        instance: '/api/limits/',
        request_id: 'mine',
        detail: 'Expected 100-continue for Expect, received "wonders"',
      },
    ]);
  });

  test('100-continue without a body is passed over', async () => {
    const raw = await rawRequest(
      service.url,
      lines('GET /api/limits/ HTTP/1.1', 'Host: a.example', 'Expect: 100-continue'),
    );
    expect(parsedAnswer(raw).status).toBe(200);
  });
});

describe('a refusal of a request that had begun', () => {
  const head = (path: string, ...headers: string[]) =>
    [`POST ${path} HTTP/1.1`, 'Host: images.example', 'Origin: https://app.example', 'X-Request-Id: mine', ...headers]
      .concat('', '')
      .join('\r\n');

  test.each([
    [
      'too slow',
      `${head('/api/images/', 'Content-Type: multipart/form-data; boundary=b', 'Content-Length: 5000')}--b\r\n`,
      [408, 'request_timeout', '/api/images/'],
    ],
    [
      'malformed',
      `${head('/accounts/login/', 'Content-Type: application/json', 'Transfer-Encoding: chunked')}zz\r\n`,
      [400, 'malformed_request', '/accounts/login/'],
    ],
  ])('as %s is an answer like all others', async (_case, request, [status, code, path]) => {
    const { headers, body, ...answer } = parsedAnswer(await rawRequest(service.url, request));
    expect(answer.status).toBe(status);
    expect(JSON.parse(body)).toMatchObject({ status, code, instance: path, request_id: 'mine' });
    const base = service.settings.http.publicUrl ?? 'http://images.example';
    expect(JSON.parse(body).type).toBe(`${base}/problems/${code}/`);
    const named = ['x-request-id', 'access-control-allow-origin', 'connection'].map((name) => headers.get(name));
    expect(named).toEqual(['mine', '*', 'close']);
    expect(headers.get('access-control-expose-headers')).toContain('X-Request-Id');
  });

  test('takes nothing from the answer to the request before it', async () => {
    const patient = await startService();
    onTestFinished(() => patient.stop());
    await pauseWork(patient);
    const body = multipart([
      { name: 'original_image', filename: 'small.jpg', body: await SMALL_JPEG.bytes() },
      { name: 'operations', body: '[]' },
    ]);
    const connection = await RawConnection.to(patient.url);
    await connection.write(uploadHead(`Content-Length: ${body.length}`, 'Prefer: wait=30'));
    await connection.write(body);
    await untilWaiting(patient, 1);
    const refused = once(patient.app.getHttpServer(), 'clientError');
    await connection.write('garbage\r\n\r\n');
    await refused;
    await resumeWork(patient);
    const answer = await connection.answer();
    expect([answer.status, answer.headers.connection]).toEqual([201, 'close']);
    expect(JSON.parse(answer.body)).toMatchObject({ status: 'completed' });
    await connection.closed;
  });
});

describe('a refusal before there is a request', () => {
  test('may be read by pages of other origins', async () => {
    const { headers } = parsedAnswer(await rawRequest(service.url, 'hello\r\n\r\n'));
    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect(headers.get('access-control-expose-headers')).toContain('X-Request-Id');
  });

  test('of a tunnel has the id that its client gave', async () => {
    const raw = await rawRequest(service.url, lines('CONNECT a.example:443 HTTP/1.1', 'X-Request-Id: mine'));
    expect(parsedAnswer(raw).headers.get('x-request-id')).toBe('mine');
  });
});

describe('a request that dribbles', () => {
  const unfinished = {
    'in its headers': 'GET / HTTP/1.1\r\nHost: a.example\r\nX-Slow: ',
    'in its JSON body':
      'POST /accounts/login/ HTTP/1.1\r\nHost: a.example\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{"user',
    'in its upload':
      'POST /api/images/ HTTP/1.1\r\nHost: a.example\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 5000\r\n\r\n--b\r\n',
  };

  test.concurrent.each(Object.entries(unfinished))(
    '%s is a 408, and its connection is closed though the client holds it',
    async (_case, start) => {
      const { hostname, port } = new URL(service.url);
      const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
      socket.write(start);
      expectProblem(await text(socket), 408, 'request_timeout');
      // The client never ends its side and goes on sending.
      const dribble = setInterval(() => socket.write('x'), 50);
      socket.on('error', () => socket.destroy());
      await new Promise((resolve) => socket.once('close', resolve));
      clearInterval(dribble);
    },
  );
});
