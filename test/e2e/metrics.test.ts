import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ImagesApi } from '../support/images-api.ts';
import { metricsUrlOf } from '../support/inside-service.ts';
import { image, photograph } from '../support/pictures.ts';
import { type Service, startService } from '../support/service.ts';

let service: Service;
let metricsUrl: string;
beforeAll(async () => {
  service = await startService({ METRICS_PORT: '0' });
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
    /^imagepro_queue_messages \d+$/,
    /^imagepro_oldest_waiting_seconds 0$/,
    /^process_resident_memory_bytes \d+$/,
    /^nodejs_eventloop_lag_p99_seconds /,
  ]) {
    expect(lines).toContainEqual(expect.stringMatching(line));
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
