import { once } from 'node:events';
import { type IncomingMessage, request, type Server } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BatchListDto, ImageListDto } from '../support/answers.ts';
import { ApiClient, type TokenPair } from '../support/api-client.ts';
import { namesIn } from '../support/folders.ts';
import { holdHeaders } from '../support/inside-service.ts';
import { type Service, startService } from '../support/service.ts';
import { until, untilNone } from '../support/until.ts';
import { formOf, SMALL_JPEG } from '../support/upload.ts';

let service: Service;
let tokens: TokenPair;
beforeAll(async () => {
  service = await startService({ THROTTLE_AUTHENTICATED_PER_MINUTE: '10000' });
  tokens = await new ApiClient(service.url).newAccount('hasty');
});
afterAll(() => service.stop());

/** Sends a form with so many files, and hangs up when all of it has been read and nothing been made of it yet. */
async function sendAndHangUp(path: string, form: FormData, files: number): Promise<void> {
  const headers = holdHeaders(service);
  const server = service.app.getHttpServer() as Server;
  const encoded = new Request(service.url, { method: 'POST', body: form });
  const type = encoded.headers.get('content-type') as string;
  const arrived = once(server, 'request') as Promise<[IncomingMessage]>;
  const sending = request(`${service.url}${path}`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${tokens.access}`, 'Content-Type': type },
  });
  sending.on('error', () => undefined).end(Buffer.from(await encoded.arrayBuffer()));
  const [received] = await arrived;
  await until(
    () => received.readableEnded && headers.asked.length === files,
    (isThere) => isThere,
  );
  const closed = once(received.socket, 'close');
  sending.destroy();
  await closed;
  headers.goOn();
}

async function seen<T extends { results: unknown[] }>(path: string): Promise<T> {
  const client = new ApiClient(service.url).as(tokens);
  const answer = await until(
    () => client.get<T>(path),
    ({ body }) => body.results.length > 0,
  );
  return answer.body;
}

test('an upload that has come whole is taken, though its client does not wait for the answer', async () => {
  await sendAndHangUp('/api/images/', formOf(SMALL_JPEG), 1);
  const { results } = await seen<ImageListDto>('/api/images/');
  expect(results).toHaveLength(1);
  await untilNone(() => namesIn(service.spool));
});

test('a batch that has come whole is taken whole', async () => {
  const form = new FormData();
  form.append('operations', '[]');
  for (const name of ['one.jpg', 'two.jpg', 'three.jpg']) form.append('images', SMALL_JPEG, name);
  await sendAndHangUp('/api/batches/', form, 3);
  const { results } = await seen<BatchListDto>('/api/batches/');
  expect(results).toMatchObject([{ total: 3, refused: 0 }]);
  await untilNone(() => namesIn(service.spool));
});
