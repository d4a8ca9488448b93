import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ApiClient } from '../support/api-client.ts';
import { ImagesApi } from '../support/images-api.ts';
import { metricsUrlOf, stopSending } from '../support/inside-service.ts';
import { image, photograph } from '../support/pictures.ts';
import { RawConnection, uploadHead } from '../support/raw-http.ts';
import { Receiver, TO_THIS_MACHINE } from '../support/receiver.ts';
import { type Service, startService } from '../support/service.ts';

let service: Service;
let metricsUrl: string;
beforeAll(async () => {
  service = await startService({ METRICS_PORT: '0', ...TO_THIS_MACHINE });
  metricsUrl = metricsUrlOf(service);
});
afterAll(() => service.stop());

/** Asked without `fetch`, which holds every answer against the public API's document. */
async function statusOf(url: string): Promise<number | undefined> {
  const [response] = (await once(get(url), 'response')) as [IncomingMessage];
  response.resume();
  return response.statusCode;
}

test('the port of the metrics tells of requests, jobs, the work and the process', async () => {
  await new ImagesApi(service).process(await image(photograph(40, 30)).jpeg().toBuffer());
  const response = await fetch(`${metricsUrl}/metrics`);
  expect(response.headers.get('content-type')).toContain('text/plain');
  const lines = (await response.text()).split('\n');
  for (const line of [
    /^imagepro_request_seconds_count\{method="POST",route="\/api\/images\/?",status="201"\} 1$/,
    /^imagepro_processing_seconds_count\{outcome="done"\} 1$/,
    /^imagepro_jobs\{status="completed"\} 1$/,
    /^imagepro_jobs\{status="failed"\} 0$/,
    /^imagepro_queue_messages \d+$/,
    /^imagepro_oldest_waiting_seconds 0$/,
    /^process_resident_memory_bytes \d+$/,
    /^nodejs_eventloop_lag_p99_seconds /,
  ]) {
    expect(lines).toContainEqual(expect.stringMatching(line));
  }
});

test('each metric says whose it is, and stands in the README', async () => {
  const readme = await readFile(join(import.meta.dirname, '../../README.md'), 'utf8');
  const helps = (await (await fetch(`${metricsUrl}/metrics`)).text()).match(/^# HELP imagepro_.*$/gm) ?? [];
  expect(helps).toHaveLength(8);
  for (const help of helps) {
    expect(help).toMatch(/\b(this process|the whole service)\b/);
    expect(readme).toContain(`\`${help.split(' ')[2]}\``);
  }
});

test('a request whose client hung up before its answer is measured with a status of its own', async () => {
  const connection = await RawConnection.to(service.url);
  await connection.write(uploadHead('Content-Length: 5000', 'Expect: 100-continue'));
  expect((await connection.answer()).status).toBe(100);
  connection.hangUp();
  await expect
    .poll(async () => (await fetch(`${metricsUrl}/metrics`)).text())
    .toMatch(/^imagepro_request_seconds_count\{method="POST",route="\/api\/images",status="499"\} 1$/m);
});

test('the port of the metrics tells of webhooks: tries by outcome, and how long the oldest waits', async () => {
  const lines = async () => (await (await fetch(`${metricsUrl}/metrics`)).text()).split('\n');
  const shown = async (name: string) => (await lines()).find((line) => line.startsWith(`imagepro_webhook_${name} `));
  const answers = [500, 204];
  const receiver = await Receiver.listen((response, n) => response.writeHead(answers[n - 1] ?? 200).end());
  try {
    const client = new ApiClient(service.url);
    const member = client.as(await client.newAccount('measured'));
    const wish = { url: receiver.url, events: ['image.completed'] };
    const { id } = (await member.post<{ id: string }>('/api/webhooks/', wish)).body;
    const sendTest = () => member.post(`/api/webhooks/${id}/test/`, {});
    for (const outcome of ['retried', 'delivered']) {
      await sendTest();
      await expect.poll(() => shown(`tries_total{outcome="${outcome}"}`)).toMatch(/ 1$/);
    }
    expect(await shown('oldest_due_seconds')).toMatch(/ 0$/);
    await stopSending(service);
    await sendTest();
    service.clock.advance(3);
    expect(await shown('oldest_due_seconds')).toMatch(/ 3$/);
    service.clock.advance(20);
    expect(await shown('oldest_due_seconds')).toMatch(/ 23$/);
  } finally {
    await receiver.close();
  }
});

test('the port of the metrics answers for the health of the process, and nothing else', async () => {
  for (const [path, status] of [
    ['/health/live', 200],
    ['/health/ready', 200],
    ['/api/limits/', 404],
  ] as const) {
    expect([path, await statusOf(metricsUrl + path)]).toEqual([path, status]);
  }
});

test('the public port tells no metrics', async () => {
  expect(await statusOf(`${service.url}/metrics`)).toBe(404);
});
