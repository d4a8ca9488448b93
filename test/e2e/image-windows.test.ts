import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ImageDto } from '../support/answers.ts';
import { changed, ImagesApi } from '../support/images-api.ts';
import { eraseExpired } from '../support/inside-service.ts';
import { pauseWork, resumeWork } from '../support/paused-work.ts';
import { image, photograph, plain } from '../support/pictures.ts';
import { RawConnection } from '../support/raw-http.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { type Service, startService } from '../support/service.ts';

let service: Service;
let anyone: ImagesApi;
let member: ImagesApi;
beforeAll(async () => {
  service = await startService({
    THROTTLE_ANONYMOUS_PER_MINUTE: '10000',
    THROTTLE_AUTHENTICATED_PER_MINUTE: '10000',
    // Each test sweeps when it wants to.
    SWEEP_SECONDS: '10',
    ACCESS_TOKEN_SECONDS: '86400',
  });
  anyone = new ImagesApi(service);
  member = await ImagesApi.ofNewAccount(service, 'watcher');
});
afterAll(() => service.stop());

const jpeg = await image(photograph(60, 45)).jpeg().toBuffer();

/** Seconds until the window ends, as the resource tells. */
async function windowOf(caller: ImagesApi, { id }: ImageDto): Promise<number> {
  const { download_expires_at: end } = await caller.show(id);
  return (Date.parse(end as string) - service.clock.now().getTime()) / 1000;
}

/** Downloads to the last byte, and waits until that has been counted if it is to be. */
async function download(caller: ImagesApi, job: ImageDto, counts = false): Promise<void> {
  const response = await caller.download(job.id);
  expect(response.status).toBe(200);
  await response.arrayBuffer();
  if (counts) await changed(service, job.id, async () => (await windowOf(caller, job)) <= 300);
}

const sweep = () => eraseExpired(service);
const filesOf = ({ id }: ImageDto) => service.storedFiles(id);

describe('the window', () => {
  test('begins when the job is completed, not when it is sent', async () => {
    await pauseWork(service);
    const { id } = await anyone.submit(jpeg);
    service.clock.advance(100);
    await resumeWork(service);
    const job = await anyone.whenFinal(id);
    expect(job.completed_at).toBe(service.clock.now().toISOString());
    expect(await windowOf(anyone, job)).toBe(600);
  });

  test('shrinks at the first download to 20 s, for a member to 5 min, and never grows', async () => {
    for (const [caller, seconds] of [
      [anyone, 20],
      [member, 300],
    ] as const) {
      const job = await caller.process(jpeg);
      service.clock.advance(10);
      await download(caller, job, true);
      expect(await windowOf(caller, job)).toBe(seconds);
      service.clock.advance(5);
      await download(caller, job);
      expect(await windowOf(caller, job)).toBe(seconds - 5);
    }
  });

  test('does not shrink to more than what is left', async () => {
    const job = await anyone.process(jpeg);
    service.clock.advance(595);
    const response = await anyone.download(job.id);
    expect(response.headers.get('cache-control')).toBe('private, max-age=5');
    await response.arrayBuffer();
    expect(await windowOf(anyone, job)).toBe(5);
  });

  test('goes on after what does not reach the last byte', async () => {
    const job = await anyone.process(jpeg);
    const bytes = job.result?.bytes as number;
    const head = await anyone.download(job.id, {}, 'HEAD');
    expect([head.status, head.headers.get('content-length')]).toEqual([200, String(bytes)]);
    const part = await anyone.download(job.id, { Range: `bytes=0-${bytes - 2}` });
    expect([part.status, (await part.arrayBuffer()).byteLength]).toEqual([206, bytes - 1]);
    const beyond = await anyone.download(job.id, { Range: `bytes=${bytes}-` });
    expect(beyond.status).toBe(416);
    const connection = await RawConnection.to(service.url);
    await connection.write(
      `GET /api/images/${job.id}/download/ HTTP/1.1\r\nHost: x\r\nIf-None-Match: "${job.result?.sha256}"\r\n\r\n`,
    );
    expect((await connection.answer()).status).toBe(304);
    connection.hangUp();
    expect(await windowOf(anyone, job)).toBe(600);
    const rest = await anyone.download(job.id, { Range: 'bytes=-1' });
    expect([rest.status, (await rest.arrayBuffer()).byteLength]).toEqual([206, 1]);
    await changed(service, job.id, async () => (await windowOf(anyone, job)) === 20);
  });

  test('goes on after a download that is cut off', async () => {
    const random = seededRandom(1);
    const noise = {
      ...plain(2000, 1600, [0, 0, 0]),
      data: Buffer.from(Uint8Array.from({ length: 9_600_000 }, () => random() * 256)),
    };
    const job = await member.process(await image(noise).png({ compressionLevel: 1 }).toBuffer());
    // More than the kernel takes while nobody reads.
    expect(job.result?.bytes).toBeGreaterThan(9_000_000);
    const response = await member.download(job.id);
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    await reader.read();
    await reader.cancel();
    expect(await windowOf(member, job)).toBe(3600);
    await download(member, job, true);
    expect(await windowOf(member, job)).toBe(300);
  });

  test('is over at its very end: 410 at the read, though no clean-up has come by', async () => {
    const job = await anyone.process(jpeg);
    service.clock.advance(599.999);
    expect((await anyone.download(job.id, {}, 'HEAD')).status).toBe(200);
    service.clock.advance(0.001);
    const refused = await anyone.download(job.id);
    expect([refused.status, await refused.json()]).toMatchObject([410, { code: 'image_expired' }]);
    expect(await anyone.show(job.id)).toMatchObject({
      status: 'expired',
      download_url: null,
      download_expires_at: job.download_expires_at,
      result: job.result,
    });
  });
});

describe('erasure', () => {
  test('takes the original when the job is final, the result when the window is over, the record 24 h later', async () => {
    const job = await anyone.process(jpeg);
    await changed(service, job.id, async () => (await filesOf(job)).join() === 'result-1');
    service.clock.advance(600);
    await sweep();
    expect(await filesOf(job)).toEqual([]);
    expect(await anyone.show(job.id)).toMatchObject({ status: 'expired', result: job.result });
    expect((await anyone.download(job.id)).status).toBe(410);

    service.clock.advance(86_399);
    await sweep();
    expect((await anyone.get(`${job.id}/`)).status).toBe(200);
    service.clock.advance(1);
    expect((await anyone.get(`${job.id}/`)).status).toBe(404);
    expect((await anyone.download(job.id)).status).toBe(404);
    await sweep();
    expect((await anyone.get(`${job.id}/`)).status).toBe(404);
  });

  test('keeps the record of a failed job for 24 h too, and none of its files', async () => {
    const job = await anyone.process(jpeg.subarray(0, jpeg.length / 2));
    expect(job.status).toBe('failed');
    service.clock.advance(86_399);
    expect((await anyone.show(job.id)).error?.code).toBe('image_truncated');
    service.clock.advance(1);
    expect((await anyone.get(`${job.id}/`)).status).toBe(404);
    expect(await filesOf(job)).toEqual([]);
  });

  test('takes all that is over in one sweep, however much it is', async () => {
    const busy = await ImagesApi.ofNewAccount(service, 'busy');
    const jobs = await Promise.all(Array.from({ length: 40 }, () => busy.process(jpeg)));
    service.clock.advance(3600);
    await sweep();
    const left = await service.storedFiles();
    expect(left.filter((name) => jobs.some(({ id }) => name.startsWith(id)))).toEqual([]);
  });

  test('happens by itself within 10 s', async () => {
    const eager = await startService({ SWEEP_SECONDS: '1' });
    try {
      const caller = new ImagesApi(eager);
      const job = await caller.process(jpeg);
      eager.clock.advance(600);
      await changed(eager, job.id, async () => (await eager.storedFiles()).length === 0);
      expect((await caller.show(job.id)).status).toBe('expired');
    } finally {
      await eager.stop();
    }
  });
});
