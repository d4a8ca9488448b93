import { afterAll, beforeAll, expect, test } from 'vitest';
import { RawConnection } from '../support/raw-http.ts';
import { type Service, startService } from '../support/service.ts';
import { processed } from '../support/upload.ts';

/** What stands on pages alone, beside what every answer has. */
const OF_PAGES = [
  'cross-origin-opener-policy',
  'origin-agent-cluster',
  'referrer-policy',
  'x-dns-prefetch-control',
  'x-download-options',
  'x-frame-options',
  'x-permitted-cross-domain-policies',
  'x-xss-protection',
];

let service: Service;
beforeAll(async () => {
  service = await startService({ THROTTLE_ANONYMOUS_PER_MINUTE: '1000' });
});
afterAll(() => service.stop());

test('answers of the API can run nothing, be framed by nobody and be taken for nothing else', async () => {
  const { detail_url, download_url } = await processed(service);
  const urls = [detail_url, download_url, ...['/api/limits/', '/accounts/me/', '/health/live'].map(at)];
  for (const url of urls) {
    const { headers } = await fetch(url as string);
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-security-policy': "default-src 'none';frame-ancestors 'none'",
      'cross-origin-resource-policy': 'cross-origin',
      'x-content-type-options': 'nosniff',
    });
    expect(OF_PAGES.filter((name) => headers.has(name))).toEqual([]);
  }
});

test('a connection outlives the pause between two polls, and its client is told for how long', async () => {
  const connection = await RawConnection.to(service.url);
  for (let n = 0; n < 2; n += 1) {
    await connection.write('GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: keep-alive\r\n\r\n');
    const { status, headers } = await connection.answer();
    expect([status, headers['keep-alive']]).toEqual([200, 'timeout=65']);
  }
  connection.hangUp();
});

test.each(['/', '/playground/', '/api/documentation/', '/api/docs/', '/api/redoc/', '/problems/'])(
  '%s has the headers of a page',
  async (path) => {
    const { headers, status } = await fetch(at(path), { headers: { Accept: 'text/html' } });
    expect([status, headers.get('x-content-type-options')]).toEqual([200, 'nosniff']);
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(OF_PAGES.filter((name) => !headers.has(name))).toEqual([]);
  },
);

function at(path: string): string {
  return service.url + path;
}
