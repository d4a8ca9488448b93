import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  ImageTransformer,
  type TransformationRequest,
  type TransformedImage,
} from '../../../src/imaging/application/ports.ts';
import { imagingProblems } from '../../../src/imaging/domain/errors.ts';
import { useEngine } from '../../support/engine.ts';
import { namesIn } from '../../support/folders.ts';
import { convert, resize } from '../../support/operations.ts';
import { image, photograph } from '../../support/pictures.ts';
import { Work } from '../../support/work.ts';

const engine = useEngine();
const jpeg = await image(photograph(60, 45)).jpeg().toBuffer();

let work: Work;
beforeAll(async () => {
  work = await Work.open();
});
afterAll(() => work.close());

/** Does what the test says in place of pixel work. */
class Scripted extends ImageTransformer {
  readonly requests: TransformationRequest[] = [];

  constructor(private readonly script: (request: TransformationRequest) => Promise<void>) {
    super();
  }

  async start(): Promise<void> {}

  async stop(): Promise<void> {}

  async transform(request: TransformationRequest): Promise<TransformedImage> {
    this.requests.push(request);
    await this.script(request);
    const bytes = await readFile(request.target);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    return { format: 'jpg', width: 1, height: 1, quality: 85, bytes: bytes.length, sha256, warnings: [] };
  }
}

const filesOf = ({ id }: { id: string }) => namesIn(work.folder, 'files', id);
const spool = () => namesIn(work.folder, 'spool');

test('a job is claimed, transformed and published, with its window from that moment', async () => {
  const job = await work.add(jpeg, [resize(30, 20), convert('webp')], await work.member());
  work.changes.length = 0;
  work.clock.advance(60);
  await work.processing(engine.transformer).execute(job.id);
  const bytes = await readFile(join(work.folder, 'files', job.id, 'result-1'));
  const done = await work.find(job);
  expect(done).toMatchObject({
    status: 'completed',
    attempt: 1,
    startedAt: work.clock.now(),
    completedAt: work.clock.now(),
    downloadExpiresAt: new Date(work.clock.now().getTime() + 3_600_000),
    downloadedAt: null,
    keptBytes: bytes.length,
    warnings: [],
    error: null,
    result: {
      format: 'webp',
      width: 30,
      height: 20,
      quality: 85,
      bytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      processingMs: expect.any(Number),
    },
  });
  expect(work.changes).toEqual([
    { id: job.id, version: done.version - 1, unfinished: true },
    { id: job.id, version: done.version },
  ]);
  expect([await filesOf(job), await spool()]).toEqual([['result-1'], []]);
});

test('of workers who want one job at the same moment one gets it', async () => {
  const job = await work.add(jpeg);
  const transformer = new Scripted(({ target }) => writeFile(target, 'result'));
  const processing = work.processing(transformer);
  await Promise.all(Array.from({ length: 20 }, () => processing.execute(job.id)));
  expect(transformer.requests).toHaveLength(1);
  expect(await work.find(job)).toMatchObject({ status: 'completed', attempt: 1 });
  await processing.execute(job.id);
  await processing.execute('6d0d6fd6-0b1e-4f54-9d0c-0b1e4f549d0c');
  expect(transformer.requests).toHaveLength(1);
});

test('the deadline grows with the output', async () => {
  const transformer = new Scripted(({ target }) => writeFile(target, 'result'));
  const job = await work.add(jpeg, [resize(2000, 1000), resize(4000, 1000)]);
  await work.processing(transformer).execute(job.id);
  expect(transformer.requests).toMatchObject([{ deadlineSeconds: 34, outcome: { frames: 1 } }]);
});

test('a failure is settled, and leaves nothing in the spool', async () => {
  const error = imagingProblems.imageCorrupt.error('It is damaged.');
  const transformer = new Scripted(async ({ target }) => {
    await writeFile(target, 'half a result');
    throw error;
  });
  const job = await work.add(jpeg);
  await work.processing(transformer).execute(job.id);
  expect(await work.find(job)).toMatchObject({
    status: 'failed',
    error: { code: 'image_corrupt', detail: 'It is damaged.' },
  });
  expect([await filesOf(job), await spool()]).toEqual([[], []]);
});

test('the result of an attempt that another has overtaken is dropped', async () => {
  const job = await work.add(jpeg);
  const second = new Scripted(({ target }) => writeFile(target, 'of the second'));
  const first = new Scripted(async ({ target }) => {
    await writeFile(target, 'of the first');
    await work.failures.abandoned(await work.find(job));
    await work.processing(second).execute(job.id);
  });
  await work.processing(first).execute(job.id);
  expect(await work.find(job)).toMatchObject({ status: 'completed', attempt: 2, result: { bytes: 13 } });
  expect(await filesOf(job)).toEqual(['result-2']);
  expect(await spool()).toEqual([]);
});

test('a job that is deleted while it is worked on leaves nothing, not even its folder', async () => {
  work.log.attempts.length = 0;
  const job = await work.add(jpeg);
  const transformer = new Scripted(async ({ target }) => {
    await work.eraser.execute(job.id);
    await writeFile(target, 'too late');
  });
  await work.processing(transformer).execute(job.id);
  expect(await work.jobs.find(job.id)).toBeNull();
  expect(work.log.attempts).toEqual([]);
  expect(await namesIn(work.folder, 'files')).not.toContain(job.id);
  expect(await spool()).toEqual([]);
});
