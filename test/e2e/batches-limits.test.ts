import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ProblemDocument } from '../support/answers.ts';
import { ApiClient } from '../support/api-client.ts';
import { BatchesApi } from '../support/batches-api.ts';
import { ImagesApi } from '../support/images-api.ts';
import { eraseLeftovers, withoutRemovals } from '../support/inside-service.ts';
import { pauseWork } from '../support/paused-work.ts';
import { image, photograph } from '../support/pictures.ts';
import { type Service, startService } from '../support/service.ts';

const jpeg = await image(photograph(60, 45)).jpeg().toBuffer();
const FIVE = Array(5).fill({ name: 'a.jpg', bytes: jpeg });

let service: Service;
beforeAll(async () => {
  service = await startService({
    AUTHENTICATED_ACTIVE_JOBS: '3',
    AUTHENTICATED_KEPT_BYTES: String(jpeg.length * 3),
    QUEUE_LIMIT: '6',
    THROTTLE_AUTHENTICATED_PER_MINUTE: '50',
  });
  await pauseWork(service);
});
afterAll(() => service.stop());

const problemOf = async (response: Response) => (await response.json()) as ProblemDocument;

test('what is refused is so though its file cannot be removed, and what is taken stays taken', async () => {
  const tokens = await new ApiClient(service.url).newAccount('removing');
  const [batches, images] = [new BatchesApi(service, tokens), new ImagesApi(service, tokens)];
  const key = { 'Idempotency-Key': 'the key of a batch of which some are refused' };
  await withoutRemovals(service, async () => {
    const batch = await batches.submit(FIVE, [], key);
    expect(batch).toMatchObject({ pending: 3, refused: 2 });
    const { id, replayed } = await replay();
    expect([id, replayed]).toEqual([batch.id, 'true']);
    const one = await images.upload(jpeg);
    expect([one.status, (await problemOf(one)).code]).toEqual([429, 'too_many_jobs']);
    const none = await batches.upload(FIVE);
    expect([none.status, (await problemOf(none)).code]).toEqual([400, 'validation_failed']);
  });
  await eraseLeftovers(service);
  expect(await service.storedFiles()).toHaveLength(3);
  await batches.get(`${(await replay()).id}/`, {}, 'DELETE');
  expect(await service.storedFiles()).toEqual([]);

  async function replay() {
    const answer = await batches.upload(FIVE, [], key);
    return { id: ((await answer.json()) as { id: string }).id, replayed: answer.headers.get('idempotent-replayed') };
  }
});

test('takes as many files as the quota allows, exactly, and refuses the others', async () => {
  const tokens = await new ApiClient(service.url).newAccount('limited');
  const [batches, images] = [new BatchesApi(service, tokens), new ImagesApi(service, tokens)];
  await images.submit(jpeg);
  const batch = await batches.submit(FIVE);
  expect(batch).toMatchObject({ total: 5, pending: 2, refused: 3 });
  expect(batch.images.map(({ error }) => error?.code)).toEqual([
    undefined,
    undefined,
    ...Array(3).fill('too_many_jobs'),
  ]);
  expect(await service.storedFiles()).toHaveLength(3);
  const none = await batches.upload([{ name: 'a.jpg', bytes: jpeg }]);
  expect([none.status, (await problemOf(none)).errors]).toEqual([
    400,
    [
      {
        pointer: '/images/0',
        code: 'file_refused',
        detail: 'Expected at most 3 jobs waiting or running (limit of signed-in callers), received one more',
      },
    ],
  ]);
});

test('two batches at once take no more than the queue holds, and what is beyond is told to come again', async () => {
  const callers = await Promise.all(['one', 'other'].map((name) => BatchesApi.ofNewAccount(service, name)));
  const answers = await Promise.all(callers.map((caller) => caller.upload(FIVE)));
  const statuses = answers.map(({ status }) => status).sort();
  // Three places are left: the first batch has them all.
  expect(statuses).toEqual([201, 503]);
  const full = answers.find(({ status }) => status === 503) as Response;
  expect(Number(full.headers.get('retry-after'))).toBeGreaterThan(0);
  expect((await problemOf(full)).code).toBe('queue_full');
  expect(await service.storedFiles()).toHaveLength(6);
});

test('an archive takes ten downloads of the bucket, and is refused when fewer are left', async () => {
  const batches = await BatchesApi.ofNewAccount(service, 'downloader');
  const taken: number[] = [];
  // Twenty downloads for each of fifty requests; an archive that is not there is a request too.
  for (let n = 0; n < 49; n += 1) taken.push((await batches.get(`${crypto.randomUUID()}/archive/`)).status);
  expect(new Set(taken)).toEqual(new Set([404]));
  const last = await batches.get(`${crypto.randomUUID()}/archive/`);
  expect(last.headers.get('ratelimit')).toMatch(/^"download";r=500;/);
});
