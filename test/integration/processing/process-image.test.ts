import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { MISSED } from '../../../src/image-jobs/application/job-events.ts';
import type { ImageJob } from '../../../src/image-jobs/domain/image-job.ts';
import {
  ImageTransformer,
  type TransformationRequest,
  type Transformed,
} from '../../../src/imaging/application/ports.ts';
import { WorkInterrupted, workProblems } from '../../../src/imaging/domain/errors.ts';
import { ApplicationError } from '../../../src/shared/application-error.ts';
import { OwnSpool } from '../../../src/shared/spool.ts';
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

/** Where a picture goes, and how many there are before it. */
interface ScriptedPicture {
  readonly target: string;
  readonly made: number;
}

/** Does what the test says in place of pixel work, for each picture, whose failure its script may return. */
class Scripted extends ImageTransformer {
  readonly requests: TransformationRequest[] = [];

  constructor(private readonly script: (picture: ScriptedPicture) => Promise<unknown>) {
    super();
  }

  async start(): Promise<void> {}

  async stop(): Promise<void> {}

  async transform(request: TransformationRequest): Promise<Transformed[]> {
    this.requests.push(request);
    const made: Transformed[] = [];
    for (const { target } of request.pictures) {
      const failure = await this.script({ target, made: made.length });
      if (failure instanceof ApplicationError) {
        made.push({ failure });
        continue;
      }
      const bytes = await readFile(target);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      const image = { format: 'jpg', width: 1, height: 1, bytes: bytes.length, sha256 } as const;
      made.push({ image: { ...image, quality: null, processingMs: 7, warnings: [] } });
    }
    return made;
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
    outputs: [
      {
        name: 'default',
        warnings: [],
        error: null,
        result: {
          format: 'webp',
          width: 30,
          height: 20,
          bytes: bytes.length,
          sha256: createHash('sha256').update(bytes).digest('hex'),
          processingMs: expect.any(Number),
        },
      },
    ],
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
  expect(transformer.requests).toMatchObject([{ deadlineSeconds: 34, pictures: [{ outcome: { frames: 1 } }] }]);
});

test('a failure is settled, and leaves nothing in the spool', async () => {
  const error = workProblems.imageCorrupt.error('It is damaged.');
  const transformer = new Scripted(async ({ target }) => {
    await writeFile(target, 'half a result');
    throw error;
  });
  const job = await work.add(jpeg);
  await work.processing(transformer).execute(job.id);
  expect(await work.find(job)).toMatchObject({
    status: 'failed',
    outputs: [{ result: null, error: { code: 'image_corrupt', detail: 'It is damaged.' } }],
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
  expect(await work.find(job)).toMatchObject({ status: 'completed', attempt: 2, outputs: [{ result: { bytes: 13 } }] });
  expect(await filesOf(job)).toEqual(['result-2']);
  expect(await spool()).toEqual([]);
});

describe('an attempt that nobody needs any more', () => {
  /** Works until it is told that nobody needs it. */
  class Endless extends Scripted {
    readonly begun = Promise.withResolvers<void>();

    constructor() {
      super(async () => {});
    }

    override async transform(request: TransformationRequest, unwanted?: AbortSignal): Promise<Transformed[]> {
      this.requests.push(request);
      this.begun.resolve();
      return new Promise((_, reject) => unwanted?.addEventListener('abort', () => reject(unwanted.reason)));
    }
  }

  /** Begins to work on the job, and takes it away; resolves when the work has ended. */
  async function takenAway(job: ImageJob, takeAway: () => Promise<unknown>): Promise<void> {
    work.log.attempts.length = 0;
    work.log.cancelledAttempts.length = 0;
    const transformer = new Endless();
    const worked = work.processing(transformer).execute(job.id);
    await transformer.begun.promise;
    await takeAway();
    await worked;
    expect(work.log.attempts).toEqual([]);
    expect(work.log.cancelledAttempts).toEqual([{ id: job.id, attempt: 1 }]);
    expect(await spool()).toEqual([]);
  }

  test('ends when its job is deleted', async () => {
    const job = await work.add(jpeg);
    await takenAway(job, () => work.eraser.execute(job.id));
    expect(await work.jobs.find(job.id)).toBeNull();
    expect(await namesIn(work.folder, 'files')).not.toContain(job.id);
  });

  test('ends when its account is deleted', async () => {
    const caller = await work.member();
    const job = await work.add(jpeg, [], caller);
    await takenAway(job, () => work.eraser.ofAccount(caller.accountId as string));
    expect(await namesIn(work.folder, 'files')).not.toContain(job.id);
  });

  test('ends when another worker takes the job over, and harms nothing of it', async () => {
    const job = await work.add(jpeg);
    await takenAway(job, async () => {
      await work.failures.abandoned(await work.find(job));
      await work.processing(engine.transformer).execute(job.id);
    });
    expect(await work.find(job)).toMatchObject({ status: 'completed', attempt: 2 });
    expect(await filesOf(job)).toEqual(['result-2']);
  });

  test('ends at its next sign of life when no event has reached it', async () => {
    const job = await work.add(jpeg);
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    try {
      await takenAway(job, async () => {
        await work.jobs.remove(job.id);
        vi.advanceTimersByTime(5000);
      });
    } finally {
      vi.useRealTimers();
    }
  });

  test('ends when events may have been missed', async () => {
    const job = await work.add(jpeg);
    await takenAway(job, async () => {
      await work.jobs.remove(job.id);
      await work.events.publish({ id: job.id, version: MISSED });
    });
  });

  test('ends when its job is deleted between the claim and the first look at it', async () => {
    const job = await work.add(jpeg);
    work.log.cancelledAttempts.length = 0;
    const transformer = new Endless();
    const claim = vi.spyOn(work.work, 'claim').mockImplementationOnce(async (id, now) => {
      const claimed = await work.work.claim(id, now);
      await work.eraser.execute(id);
      return claimed;
    });
    await work.processing(transformer).execute(job.id);
    claim.mockRestore();
    expect(transformer.requests).toEqual([]);
    expect(work.log.cancelledAttempts).toEqual([{ id: job.id, attempt: 1 }]);
  });

  test.each([
    ['made all the same', async (target: string) => writeFile(target, 'too late')],
    ['that failed all the same', async () => workProblems.tookTooLong.error('It took 30 s.')],
  ])('leaves nothing of what was %s, and tells of no failure', async (_words, go) => {
    work.log.attempts.length = 0;
    work.log.cancelledAttempts.length = 0;
    const job = await work.add(jpeg);
    const transformer = new Scripted(async ({ target }) => {
      // By itself: no event tells of it.
      await work.jobs.remove(job.id);
      await work.files.removeAllOf(job.id);
      return go(target);
    });
    await work.processing(transformer).execute(job.id);
    expect(work.log.attempts).toEqual([]);
    expect(work.log.cancelledAttempts).toEqual([{ id: job.id, attempt: 1 }]);
    expect(await namesIn(work.folder, 'files')).not.toContain(job.id);
    expect(await spool()).toEqual([]);
  });
});

describe('several outputs', () => {
  const outputs = [
    { name: 'large', operations: [resize(40, 30)] },
    { name: 'default', operations: [resize(20, 15), convert('webp')] },
    { name: 'small', operations: [resize(8, 6)] },
  ];

  test('are made by one piece of work, and published at once', async () => {
    const job = await work.add(jpeg, outputs);
    await work.processing(engine.transformer).execute(job.id);
    const done = await work.find(job);
    expect(done).toMatchObject({ status: 'completed', version: 3 });
    expect(done.outputs.map(({ name, result, error }) => [name, result?.format, result?.width, error])).toEqual([
      ['large', 'jpg', 40, null],
      ['default', 'webp', 20, null],
      ['small', 'jpg', 8, null],
    ]);
    for (const output of done.madeOutputs()) {
      const bytes = await readFile(join(work.folder, 'files', done.resultKey(output)));
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(output.result.sha256);
    }
    expect(done.keptBytes).toBe(done.madeOutputs().reduce((sum, { result }) => sum + result.bytes, 0));
    expect([await filesOf(job), await spool()]).toEqual([['result-1', 'result-1-large', 'result-1-small'], []]);
  });

  test('share a deadline that counts the pixels of all', async () => {
    const transformer = new Scripted(({ target }) => writeFile(target, 'result'));
    const job = await work.add(jpeg, [
      { name: 'a', operations: [resize(2000, 1000)] },
      { name: 'b', operations: [resize(1000, 3000)] },
    ]);
    await work.processing(transformer).execute(job.id);
    expect(transformer.requests).toMatchObject([{ deadlineSeconds: 35 }]);
  });

  test('one that fails takes none of the others with it, and is told of by itself', async () => {
    const failure = workProblems.outOfMemory.error('It needs too much.');
    const transformer = new Scripted(async ({ target, made }) => {
      await writeFile(target, `result ${made}`);
      return made === 0 ? failure : undefined;
    });
    const job = await work.add(jpeg, outputs);
    await work.processing(transformer).execute(job.id);
    const done = await work.find(job);
    expect(done).toMatchObject({ status: 'completed', keptBytes: 16, processingMs: 14 });
    expect(done.outputs).toMatchObject([
      { name: 'large', result: null, error: { code: 'out_of_memory', detail: 'It needs too much.' } },
      { name: 'default', result: { bytes: 8 }, error: null },
      { name: 'small', result: { bytes: 8 }, error: null },
    ]);
    expect(done.topOutput().name).toBe('default');
    expect([await filesOf(job), await spool()]).toEqual([['result-1', 'result-1-small'], []]);
  });

  test('fail their job when all of them do, each for its own reason', async () => {
    const reasons = [workProblems.outOfMemory.error('Too much.'), workProblems.imageCorrupt.error('Damaged.')];
    const transformer = new Scripted(async ({ made }) => reasons[made]);
    const job = await work.add(jpeg, outputs.slice(0, 2));
    await work.processing(transformer).execute(job.id);
    expect(await work.find(job)).toMatchObject({
      status: 'failed',
      attempt: 1,
      keptBytes: 0,
      outputs: [{ error: { code: 'out_of_memory' } }, { error: { code: 'image_corrupt' } }],
    });
    expect([await filesOf(job), await spool()]).toEqual([[], []]);
  });

  test('are all tried again when all have failed and one may succeed another time', async () => {
    const reasons = [workProblems.imageCorrupt.error('Damaged.'), workProblems.processingFailed.error('Who knows.')];
    const transformer = new Scripted(async ({ made }) => reasons[made]);
    const job = await work.add(jpeg, outputs.slice(0, 2));
    await work.processing(transformer).execute(job.id);
    expect(await work.find(job)).toMatchObject({ status: 'pending', outputs: [{ error: null }, { error: null }] });
  });

  test('are all tried again when the work dies at one, and those that were made stay made when it dies again', async () => {
    const died = workProblems.workerCrashed.error('It died of this one.');
    const transformer = new Scripted(async ({ target, made }) => {
      await writeFile(target, `result ${made}`);
      return made === 1 ? died : undefined;
    });
    const job = await work.add(jpeg, outputs);
    await work.processing(transformer).execute(job.id);
    expect(await work.find(job)).toMatchObject({
      status: 'pending',
      crashes: 1,
      outputs: outputs.map(() => ({ error: null })),
    });
    expect([await filesOf(job), await spool()]).toEqual([['original'], []]);
    work.clock.advance(60);
    await work.processing(transformer).execute(job.id);
    const done = await work.find(job);
    expect(done).toMatchObject({ status: 'completed', attempt: 2 });
    expect(done.outputs.map(({ result, error }) => [result?.bytes, error?.code])).toEqual([
      [8, undefined],
      [undefined, 'worker_crashed'],
      [8, undefined],
    ]);
  });

  test('half of which are stored when the attempt dies leave nothing of it', async () => {
    const job = await work.add(jpeg, outputs);
    const dead = await work.claim(job);
    const stored = join(work.folder, 'spool', 'stored');
    await writeFile(stored, 'of the dead');
    await work.files.put(dead.resultKey({ name: 'large', operations: [] }), stored);
    await work.failures.abandoned(dead);
    await work.processing(engine.transformer).execute(job.id);
    expect(await work.find(job)).toMatchObject({ status: 'completed', attempt: 2 });
    expect(await filesOf(job)).toEqual(['result-2', 'result-2-large', 'result-2-small']);
  });

  test('that come too late are all dropped', async () => {
    const job = await work.add(jpeg, outputs);
    const second = new Scripted(({ target }) => writeFile(target, 'of the second'));
    const first = new Scripted(async ({ target, made }) => {
      await writeFile(target, 'of the first');
      if (made > 0) return;
      await work.failures.abandoned(await work.find(job));
      await work.processing(second).execute(job.id);
    });
    await work.processing(first).execute(job.id);
    expect(await filesOf(job)).toEqual(['result-2', 'result-2-large', 'result-2-small']);
    expect(await spool()).toEqual([]);
  });
});

describe('an outage of what the service itself needs costs a job no attempt', () => {
  const away = new Error('The store is away');

  test.each([
    ['the store is away', () => [refusing('fetch'), refusing('put')]],
    ['the store reads, but refuses what is written', () => [refusing('put')]],
    ['the disk of work has no room', () => [refusing('fetch'), fullDisk()]],
  ])('%s: none is begun but the one that met it, and all are done afterwards', async (_what, begin) => {
    const [first, second] = [await work.add(jpeg), await work.add(jpeg)];
    const transformer = new Scripted(({ target }) => writeFile(target, 'result'));
    const process = work.processing(transformer);
    work.log.storeChanges.length = 0;
    for (let outage = 1; outage <= 4; outage += 1) {
      const spies = begin();
      for (let tried = 1; tried <= 3; tried += 1) {
        for (const { id } of [first, second]) await process.execute(id);
        work.clock.advance(10);
      }
      for (const spy of spies) spy.mockRestore();
      expect([await work.find(first), await work.find(second)]).toMatchObject([
        { status: 'pending', attempt: outage, excused: outage },
        { status: 'pending', attempt: 0, excused: 0 },
      ]);
      // What comes next finds the store trusted again.
      await process.execute((await work.add(jpeg)).id);
    }
    for (const { id } of [first, second]) await process.execute(id);
    expect(await work.find(first)).toMatchObject({ status: 'completed', attempt: 5 });
    expect(await work.find(second)).toMatchObject({ status: 'completed', attempt: 1 });
    expect(work.log.storeChanges).toEqual(Array(4).fill(['away', 'back']).flat());
    expect(await spool()).toEqual([]);
  });

  test('nor do as many stops of the service as there may be, with no pause between', async () => {
    const job = await work.add(jpeg);
    let stops = 4;
    const transformer = new Scripted(async ({ target }) => {
      if (stops-- > 0) throw new WorkInterrupted(new Error('The pool is stopped.'));
      await writeFile(target, 'result');
    });
    work.log.attempts.length = 0;
    for (let start = 1; start <= 5; start += 1) {
      work.queue.ids.length = 0;
      await work.processing(transformer).execute(job.id);
      if (start < 5) expect(work.queue.ids).toEqual([job.id]);
    }
    expect(await work.find(job)).toMatchObject({ status: 'completed', attempt: 5, excused: 4 });
    expect(work.log.attempts).toEqual([]);
  });

  test('a file of its own that the store does not take does: three, and with pauses', async () => {
    const job = await work.add(jpeg);
    const put = work.files.put.bind(work.files);
    const refusal = vi.spyOn(work.files, 'put').mockImplementation(async (key, path) => {
      if (key.startsWith(job.id)) throw away;
      await put(key, path);
    });
    const process = work.processing(new Scripted(({ target }) => writeFile(target, 'result')));
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      await process.execute(job.id);
      work.clock.advance(10);
    }
    refusal.mockRestore();
    expect(await work.find(job)).toMatchObject({ status: 'failed', attempt: 3, excused: 0 });
  });

  function refusing(method: 'fetch' | 'put') {
    return vi.spyOn(work.files, method).mockRejectedValue(away);
  }

  function fullDisk() {
    return vi.spyOn(OwnSpool.prototype, 'freeBytes').mockReturnValue(1000);
  }
});
