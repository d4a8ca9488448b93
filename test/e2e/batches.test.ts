import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BatchDto, ImageDto, ProblemDocument } from '../support/answers.ts';
import { ApiClient, PASSWORD } from '../support/api-client.ts';
import { BatchesApi, batchForm } from '../support/batches-api.ts';
import { jpegSizeOffset } from '../support/file-parts.ts';
import { ImagesApi } from '../support/images-api.ts';
import { pauseWork, resumeWork } from '../support/paused-work.ts';
import { image, photograph } from '../support/pictures.ts';
import { type Service, startService } from '../support/service.ts';

let service: Service;
let folder: string;
let batches: BatchesApi;
let images: ImagesApi;
beforeAll(async () => {
  service = await startService({
    THROTTLE_AUTHENTICATED_PER_MINUTE: '10000',
    ACCESS_TOKEN_SECONDS: '86400',
    SWEEP_SECONDS: '10',
    AUTHENTICATED_FILE_BYTES: '200000',
    BATCH_FILES: '8',
    BATCH_BYTES: '600000',
  });
  folder = await mkdtemp(join(tmpdir(), 'batches-'));
  const tokens = await new ApiClient(service.url).newAccount('sender');
  batches = new BatchesApi(service, tokens);
  images = new ImagesApi(service, tokens);
});
afterAll(async () => {
  await service.stop();
  await rm(folder, { recursive: true });
});

const jpeg = await image(photograph(60, 45)).jpeg().toBuffer();
const png = await image(photograph(20, 30)).png().toBuffer();
const gif = await image(photograph(8, 8)).gif().toBuffer();
/** Its header is whole, its pixels are not all there. */
const truncated = jpeg.subarray(0, Math.floor(jpeg.length / 2));
const tooLarge = Buffer.concat([jpeg, Buffer.alloc(200_001)]);
const brokenHeader = jpeg.subarray(0, 20);

const TO_WEBP = [{ operation_type: 'convert', parameters: { format: 'webp' } }];

const problemOf = async (response: Response) => (await response.json()) as ProblemDocument;

describe('an upload of many files', () => {
  test('makes a job of each, in the order sent, and is shown when all are done', async () => {
    const sent = [
      { name: 'one.jpg', bytes: jpeg },
      { name: 'two.png', bytes: png },
      { name: 'one.jpg', bytes: jpeg },
    ];
    const batch = await batches.process(sent, TO_WEBP);
    expect(batch).toMatchObject({
      status: 'completed',
      ...{ total: 3, pending: 0, processing: 0, completed: 3, failed: 0, refused: 0 },
      detail_url: `${service.url}/api/batches/${batch.id}/`,
      archive_url: `${service.url}/api/batches/${batch.id}/archive/`,
    });
    expect(batch.images.map(({ name, status, error }) => [name, status, error])).toEqual([
      ['one.jpg', 'completed', null],
      ['two.png', 'completed', null],
      ['one.jpg', 'completed', null],
    ]);
    const jobs = await Promise.all(batch.images.map(({ detail_url: url }) => imageAt(url)));
    expect(jobs.map(({ source }) => [source.name, source.width, source.height])).toEqual([
      ['one.jpg', 60, 45],
      ['two.png', 20, 30],
      ['one.jpg', 60, 45],
    ]);
    expect(jobs.map(({ result }) => result?.format)).toEqual(['webp', 'webp', 'webp']);
    expect(Math.max(...jobs.map(({ completed_at: end }) => Date.parse(end as string)))).toBe(
      Date.parse(batch.completed_at as string),
    );
    expect(await batches.show(batch.id)).toEqual(batch);
  });

  test('is answered at once without a wait, and is one request of the rate', async () => {
    await pauseWork(service);
    const response = await batches.upload([
      { name: 'a.jpg', bytes: jpeg },
      { name: 'b.jpg', bytes: jpeg },
    ]);
    const batch = (await response.json()) as BatchDto;
    expect(response.headers.get('location')).toBe(`/api/batches/${batch.id}/`);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(batch).toMatchObject({ status: 'processing', pending: 2, completed_at: null, archive_url: null });
    const left = (answer: Response) => Number(/r=(\d+)/.exec(answer.headers.get('ratelimit') as string)?.[1]);
    expect(left(response) - left(await batches.get(`${batch.id}/`))).toBe(1);
    const archive = await batches.get(`${batch.id}/archive/`);
    expect([archive.status, (await problemOf(archive)).code]).toEqual([409, 'batch_not_ready']);
    await resumeWork(service);
    expect(await batches.whenFinal(batch.id)).toMatchObject({ status: 'completed', completed: 2 });
  });

  test('refuses files alone, says why, and takes the others', async () => {
    const batch = await batches.process(
      [
        { name: 'good.jpg', bytes: jpeg },
        { name: 'dance.gif', bytes: gif },
        { name: 'large.jpg', bytes: tooLarge },
        { name: 'cut.jpg', bytes: truncated },
        { name: 'empty.jpg', bytes: Buffer.alloc(0) },
        { name: 'header.jpg', bytes: brokenHeader },
        { name: 'good.png', bytes: png },
      ],
      TO_WEBP,
    );
    expect(batch).toMatchObject({ status: 'completed', total: 7, completed: 2, failed: 1, refused: 4 });
    expect(batch.images.map(({ name, status, error }) => [name, status, error?.code])).toEqual([
      ['good.jpg', 'completed', undefined],
      ['dance.gif', 'refused', 'unsupported_format'],
      ['large.jpg', 'refused', 'file_too_large'],
      ['cut.jpg', 'failed', 'image_truncated'],
      ['empty.jpg', 'refused', 'unsupported_format'],
      ['header.jpg', 'refused', 'unreadable_image'],
      ['good.png', 'completed', undefined],
    ]);
    expect(batch.images[1]).toEqual({
      name: 'dance.gif',
      detail_url: null,
      status: 'refused',
      error: {
        code: 'unsupported_format',
        detail: 'Expected the bytes of a JPEG, PNG or WebP for images, received a GIF picture',
      },
    });
    expect(batch.images[2]?.error?.detail).toBe(
      'Expected a file of at most 200000 bytes (limit of signed-in callers) for images, received a larger one',
    );
    expect(batch.images[5]?.error?.detail).toMatch(/^Expected a whole jpg for images, received /);
  });

  test('refuses alone a JPEG that decoders leave out', async () => {
    const twelveBits = Buffer.from(jpeg);
    twelveBits[jpegSizeOffset(twelveBits) - 1] = 12;
    const files = [
      { name: 'good.jpg', bytes: jpeg },
      { name: 'scan.jpg', bytes: twelveBits },
    ];
    const [, refused] = (await batches.process(files, TO_WEBP)).images;
    expect(refused?.error).toEqual({
      code: 'unsupported_jpeg',
      detail: expect.stringMatching(
        /^Expected a baseline or progressive JPEG of 8 bits a channel for images, received /,
      ),
    });
  });

  test('refuses alone a picture that its operations do not fit', async () => {
    const crop = [{ operation_type: 'crop', parameters: { width: 50, height: 40, x: 0, y: 0 } }];
    const batch = await batches.process(
      [
        { name: 'fits.jpg', bytes: jpeg },
        { name: 'small.png', bytes: png },
      ],
      crop,
    );
    expect(batch.images.map(({ status, error }) => [status, error?.code])).toEqual([
      ['completed', undefined],
      ['refused', 'validation_failed'],
    ]);
    expect(batch.images[1]?.error?.detail).toMatch(/20 x 30|20 × 30|20x30/);
  });

  test('tells one reason for which a picture is refused, of several', async () => {
    const form = new FormData();
    for (const bytes of [jpeg, png]) form.append('images', new Blob([bytes]), 'picture');
    const operations = [{ operation_type: 'crop', parameters: { width: 50, height: 40, x: 0, y: 0 } }];
    form.append('outputs', JSON.stringify(['one', 'other'].map((name) => ({ name, operations }))));
    const { images } = (await (await batches.post(form)).json()) as BatchDto;
    expect(images[1]?.error).toMatchObject({ code: 'validation_failed', detail: expect.stringMatching(/^Expected/) });
    expect(images[1]?.error?.detail).not.toContain('see errors');
  });

  test('makes several outputs of each, and their archive has them all', async () => {
    const form = new FormData();
    for (const name of ['cat.jpg', 'cat.png']) form.append('images', new Blob([jpeg]), name);
    const scaled = (width: number) => [{ operation_type: 'scale', parameters: { width } }];
    const outputs = [
      { name: 'small', operations: scaled(8) },
      { name: 'tiny', operations: scaled(4) },
    ];
    form.append('outputs', JSON.stringify(outputs));
    const response = await batches.post(form);
    const { id } = await batches.whenFinal(((await response.json()) as BatchDto).id);
    const entries = await batches.archive(id, folder);
    expect(entries.map(({ name }) => name)).toEqual([
      'cat-small.jpg',
      'cat-tiny.jpg',
      'cat-small (2).jpg',
      'cat-tiny (2).jpg',
    ]);
  });

  test('is refused as a whole when every file is, with the reason of each', async () => {
    const before = new Set(await service.storedFiles());
    const response = await batches.upload([
      { name: 'dance.gif', bytes: gif },
      { name: 'header.jpg', bytes: brokenHeader },
    ]);
    const problem = await problemOf(response);
    expect([response.status, problem.code]).toEqual([400, 'validation_failed']);
    expect(problem.errors).toEqual([
      {
        pointer: '/images/0',
        code: 'file_refused',
        detail: 'Expected the bytes of a JPEG, PNG or WebP for images, received a GIF picture',
      },
      {
        pointer: '/images/1',
        code: 'file_refused',
        detail: expect.stringMatching(/^Expected a whole jpg for images, /),
      },
    ]);
    expect((await service.storedFiles()).filter((name) => !before.has(name))).toEqual([]);
  });

  test('says everything that is wrong with the form at once', async () => {
    const form = new FormData();
    form.append('operations', '[{"operation_type":"shrink","parameters":{}}]');
    form.append('original_image', new Blob([jpeg]), 'a.jpg');
    const response = await batches.post(form);
    const problem = await problemOf(response);
    expect(response.status).toBe(400);
    expect(problem.errors?.map(({ pointer }) => pointer)).toEqual([
      '/original_image',
      '/images',
      '/operations/0/operation_type',
    ]);
    const bare = new FormData();
    bare.append('images', new Blob([jpeg]), 'a.jpg');
    expect((await problemOf(await batches.post(bare))).errors?.[0]).toMatchObject({ pointer: '/operations' });
  });

  test('with a file more than a batch may have is a 400, with too many bytes a 413', async () => {
    const small = { name: 'a.png', bytes: png };
    const response = await batches.upload(Array(9).fill(small));
    expect([response.status, (await problemOf(response)).detail]).toEqual([
      400,
      'Expected at most 8 files (limit of the whole service) for images, received one more',
    ]);
    const heavy = await batches.upload(Array(4).fill({ name: 'a.jpg', bytes: tooLarge }));
    expect([heavy.status, await problemOf(heavy)]).toMatchObject([413, { code: 'batch_too_large' }]);
    const chunked = batchForm(Array(4).fill({ name: 'a.jpg', bytes: tooLarge }));
    const streamed = new Response(chunked);
    const type = { 'Content-Type': streamed.headers.get('content-type') as string };
    expect((await batches.post(streamed.body as ReadableStream, type)).status).toBe(413);
  });

  test('is for accounts alone', async () => {
    const response = await fetch(`${service.url}/api/batches/`, {
      method: 'POST',
      body: batchForm([{ name: 'a.jpg', bytes: jpeg }]),
    });
    expect(response.status).toBe(401);
  });

  test('waits behind single uploads, those of others too', async () => {
    await pauseWork(service);
    const other = await ImagesApi.ofNewAccount(service, 'single');
    const { id, images: files } = await batches.submit(Array(3).fill({ name: 'a.jpg', bytes: jpeg }));
    const single = await other.submit(jpeg);
    expect(single.queue_position).toBe(1);
    const positions = await Promise.all(files.map(async ({ detail_url: url }) => (await imageAt(url)).queue_position));
    expect(positions).toEqual([2, 3, 4]);
    await resumeWork(service);
    await batches.whenFinal(id);
    const done = await other.whenFinal(single.id);
    const first = await imageAt(files[0]?.detail_url ?? null);
    expect(Date.parse(done.started_at as string)).toBeLessThanOrEqual(Date.parse(first.started_at as string));
  });
});

describe('an idempotency key', () => {
  const KEY = { 'Idempotency-Key': 'the same batch' };
  const sent = [
    { name: 'a.jpg', bytes: jpeg },
    { name: 'dance.gif', bytes: gif },
  ];

  test('makes one batch of two requests, and is of batches alone', async () => {
    const first = await batches.upload(sent, TO_WEBP, KEY);
    expect([first.status, first.headers.get('idempotent-replayed')]).toEqual([201, null]);
    const { id } = (await first.json()) as BatchDto;
    await batches.whenFinal(id);
    const again = await batches.upload(sent, TO_WEBP, KEY);
    expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([201, 'true']);
    expect(await again.json()).toMatchObject({ id, status: 'completed', total: 2 });
    expect((await batches.upload(sent, [], KEY)).status).toBe(422);
    const image = await new ImagesApi(service, await new ApiClient(service.url).logIn('sender'), KEY).upload(jpeg);
    expect([image.status, image.headers.get('idempotent-replayed')]).toEqual([201, null]);
  });

  test('is of the very files that were sent, also of those that are refused', async () => {
    const gifOf = (width: number) => image(photograph(width, 8)).gif().toBuffer();
    // Longer than what is looked at before a file is refused.
    const withTail = (start: Uint8Array, tail: string) =>
      Buffer.concat([start, Buffer.alloc(300_000), Buffer.from(tail)]);
    const refused = [gif, await gifOf(9), Buffer.alloc(0), withTail(gif, 'a'), withTail(gif, 'b')];
    refused.push(withTail(jpeg, 'a'), withTail(jpeg, 'b'), brokenHeader, jpeg.subarray(0, 21));
    const send = (bytes: Uint8Array, number: number) => {
      const files = [
        { name: 'a.jpg', bytes: jpeg },
        { name: 'x', bytes },
      ];
      return batches.upload(files, TO_WEBP, { 'Idempotency-Key': `refused files ${number}` });
    };
    for (const [number, bytes] of refused.entries()) {
      const first = await send(bytes, number);
      expect(await first.json()).toMatchObject({ total: 2, refused: 1 });
      for (const other of refused) {
        const again = await send(other, number);
        const isSame = other === bytes;
        expect([again.status, again.headers.get('idempotent-replayed')]).toEqual(isSame ? [201, 'true'] : [422, null]);
      }
    }
  });

  test('is free again when its batch is deleted, and after a refusal', async () => {
    const key = { 'Idempotency-Key': 'used again' };
    expect((await batches.upload([{ name: 'dance.gif', bytes: gif }], [], key)).status).toBe(400);
    const { id } = await batches.submit(sent, [], key);
    expect((await batches.get(`${id}/`, {}, 'DELETE')).status).toBe(204);
    const next = await batches.submit(sent, TO_WEBP, key);
    expect(next.id).not.toBe(id);
  });

  test.each([
    ['', {}],
    [', also for whoever waits', { Prefer: 'wait=30' }],
  ])('is free at once when the last of its images is deleted%s', async (words, prefer) => {
    const key = { 'Idempotency-Key': `used up${words}` };
    const three = [...sent, { name: 'b.png', bytes: png }];
    const { id, images: files } = await batches.submit(three, TO_WEBP, key);
    const [first, , last] = files.map(({ detail_url }) => detail_url?.split('/').at(-2) ?? '') as [
      string,
      string,
      string,
    ];
    expect((await images.remove(first)).status).toBe(204);
    expect((await batches.submit(three, TO_WEBP, key)).id).toBe(id);
    expect((await images.remove(last)).status).toBe(204);
    expect((await batches.get(`${id}/`)).status).toBe(404);
    const again = await batches.upload(sent, [], { ...key, ...prefer });
    expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([201, null]);
    expect(((await again.json()) as BatchDto).id).not.toBe(id);
  });
});

describe('a batch', () => {
  test('is its account’s alone', async () => {
    const { id } = await batches.process([{ name: 'a.jpg', bytes: jpeg }]);
    const stranger = await BatchesApi.ofNewAccount(service, 'stranger');
    for (const path of [`${id}/`, `${id}/archive/`, `${id}/events/`]) {
      const [theirs, none] = [await stranger.get(path), await stranger.get(path.replace(id, crypto.randomUUID()))];
      expect([theirs.status, none.status]).toEqual([404, 404]);
      expect((await problemOf(theirs)).code).toBe('batch_not_found');
    }
    expect((await stranger.get(`${id}/`, {}, 'DELETE')).status).toBe(404);
    expect((await batches.get('not-an-id/')).status).toBe(404);
    expect(await stranger.list()).toEqual({ results: [], next: null, previous: null });
  });

  test('is deleted with its images, also while they wait', async () => {
    await pauseWork(service);
    const { id, images: files } = await batches.submit(Array(3).fill({ name: 'a.jpg', bytes: jpeg }));
    const waiting = batches.get(`${id}/`, { Prefer: 'wait=30' });
    expect((await batches.get(`${id}/`, {}, 'DELETE')).status).toBe(204);
    expect((await waiting).status).toBe(404);
    expect((await batches.get(`${id}/`)).status).toBe(404);
    for (const { detail_url: url } of files) {
      const jobId = jobIdOf(url);
      expect((await images.get(`${jobId}/`)).status).toBe(404);
      expect(await service.storedFiles(jobId)).toEqual([]);
    }
    await resumeWork(service);
  });

  test('no longer counts an image that was deleted, and is gone with its last', async () => {
    const batch = await batches.process([
      { name: 'a.jpg', bytes: jpeg },
      { name: 'b.jpg', bytes: jpeg },
    ]);
    const ids = idsOf(batch.images);
    await images.remove(ids[0] as string);
    expect(await batches.show(batch.id)).toMatchObject({ total: 1, completed: 1, images: [{ name: 'b.jpg' }] });
    await images.remove(ids[1] as string);
    expect((await batches.get(`${batch.id}/`)).status).toBe(404);
  });

  test('is listed with others, newest first, in pages', async () => {
    const lister = await BatchesApi.ofNewAccount(service, 'lister');
    const made: string[] = [];
    for (const name of ['1.jpg', '2.jpg', '3.jpg']) {
      made.unshift((await lister.submit([{ name, bytes: jpeg }])).id);
      service.clock.advance(1);
    }
    const first = await lister.list('?limit=2');
    expect([first.results.map(({ id }) => id), first.previous]).toEqual([made.slice(0, 2), null]);
    const second = await lister.list(first.next as string);
    expect([second.results.map(({ id }) => id), second.next]).toEqual([made.slice(2), null]);
    const back = await lister.list(second.previous as string);
    expect(back.results.map(({ id }) => id)).toEqual(made.slice(0, 2));
    const bad = await lister.get('?limit=0&after=nowhere');
    expect((await problemOf(bad)).errors?.map(({ pointer }) => pointer)).toEqual(['/limit', '/after']);
  });

  test('goes with its account', async () => {
    const leaver = new ApiClient(service.url).as(await new ApiClient(service.url).newAccount('leaver'));
    const theirs = new BatchesApi(service, await new ApiClient(service.url).logIn('leaver'));
    const { images: files } = await theirs.process([{ name: 'a.jpg', bytes: jpeg }]);
    expect((await leaver.post('/accounts/delete/', { password: PASSWORD })).status).toBe(204);
    const [jobId = ''] = idsOf(files);
    expect(await service.storedFiles(jobId)).toEqual([]);
  });
});

describe('an archive', () => {
  test('holds every result under a name of its own, and tells what it lacks', async () => {
    const batch = await batches.process(
      [
        { name: 'Beach.jpg', bytes: jpeg },
        { name: 'beach.png', bytes: png },
        { name: '../../etc/passwd.jpg', bytes: jpeg },
        { name: 'cut.jpg', bytes: truncated },
        { name: 'dance.gif', bytes: gif },
      ],
      TO_WEBP,
    );
    const response = await batches.get(`${batch.id}/archive/`, {}, 'HEAD');
    expect(response.headers.get('content-disposition')).toBe(
      `attachment; filename="batch-${batch.id.slice(0, 8)}.zip"`,
    );
    const entries = await batches.archive(batch.id, folder);
    expect(entries.map(({ name }) => name)).toEqual(['Beach.webp', 'beach (2).webp', 'passwd.webp', 'missing.txt']);
    const sizes = await Promise.all(
      entries.slice(0, 3).map(async ({ bytes }) => {
        const { format, width, height } = await sharp(bytes).metadata();
        return [format, width, height];
      }),
    );
    expect(sizes).toEqual([
      ['webp', 60, 45],
      ['webp', 20, 30],
      ['webp', 60, 45],
    ]);
    const told = entries[3]?.bytes.toString('utf8').split('\n');
    expect(told?.[0]).toMatch(/^cut\.jpg: failed: /);
    expect(told?.[1]).toMatch(/^dance\.gif: refused: Expected the bytes of a JPEG, PNG or WebP/);
  });

  test('counts as a download of each of its images, when it has been taken whole, and as ten of the bucket', async () => {
    const batch = await batches.process(Array(2).fill({ name: 'a.jpg', bytes: jpeg }));
    const windows = () =>
      Promise.all(
        batch.images.map(async ({ detail_url: url }) => {
          const { download_expires_at: end } = await imageAt(url);
          return Math.round((Date.parse(end as string) - service.clock.now().getTime()) / 1000);
        }),
      );
    const before = await windows();
    const download = await batches.get(`${batch.id}/archive/`);
    const left = (answer: Response) => Number(/r=(\d+)/.exec(answer.headers.get('ratelimit') as string)?.[1]);
    await download.arrayBuffer();
    expect(before.every((seconds) => seconds > 3000)).toBe(true);
    expect(await windows()).toEqual([300, 300]);
    const again = await batches.get(`${batch.id}/archive/`);
    await again.arrayBuffer();
    expect(left(download) - left(again)).toBe(10);
  });

  test('lacks what has expired meanwhile, and is a 410 when all has', async () => {
    const batch = await batches.process([
      { name: 'a.jpg', bytes: jpeg },
      { name: 'b.jpg', bytes: jpeg },
    ]);
    const [first] = idsOf(batch.images);
    await (await images.download(first as string)).arrayBuffer();
    service.clock.advance(301);
    expect((await batches.show(batch.id)).images.map(({ status }) => status)).toEqual(['expired', 'completed']);
    const entries = await batches.archive(batch.id, folder);
    expect(entries.map(({ name }) => name)).toEqual(['b.webp'.replace('webp', 'jpg'), 'missing.txt']);
    expect(entries[1]?.bytes.toString('utf8')).toMatch(/^a\.jpg: expired at \d{4}-/);
    service.clock.advance(3600);
    const gone = await batches.get(`${batch.id}/archive/`);
    expect([gone.status, (await problemOf(gone)).code]).toEqual([410, 'image_expired']);
    expect(await batches.show(batch.id)).toMatchObject({ status: 'completed', completed: 2, archive_url: null });
  });

  test('of jobs that all failed is a 409', async () => {
    const batch = await batches.process([{ name: 'cut.jpg', bytes: truncated }]);
    expect(batch).toMatchObject({ failed: 1, archive_url: null });
    const response = await batches.get(`${batch.id}/archive/`);
    expect([response.status, (await problemOf(response)).code]).toEqual([409, 'batch_not_ready']);
  });

  test('can be taken twice at once', async () => {
    const batch = await batches.process(Array(3).fill({ name: 'a.jpg', bytes: jpeg }));
    const both = await Promise.all([1, 2].map(async () => (await batches.get(`${batch.id}/archive/`)).arrayBuffer()));
    expect(Buffer.from(both[0] as ArrayBuffer).equals(Buffer.from(both[1] as ArrayBuffer))).toBe(true);
  });
});

/** An image job by its address. */
function imageAt(url: string | null): Promise<ImageDto> {
  return images.show(jobIdOf(url));
}

function idsOf(files: BatchDto['images']): string[] {
  return files.map(({ detail_url: url }) => jobIdOf(url));
}

function jobIdOf(url: string | null): string {
  return url?.split('/').at(-2) ?? '';
}
