import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import os from 'node:os';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import type { TransformationRequest } from '../../../src/imaging/application/ports.ts';
import { pictureProblems, workProblems } from '../../../src/imaging/domain/errors.ts';
import type { ImageFacts, Size } from '../../../src/imaging/domain/image-facts.ts';
import { outcomeOf } from '../../../src/imaging/domain/outcome.ts';
import { POLICIES } from '../../support/callers.ts';
import { imageOf, useEngine } from '../../support/engine.ts';
import { compress, compressTo, convert, filter, resize } from '../../support/operations.ts';
import { image, lineArt, photograph } from '../../support/pictures.ts';
import { ticksOf } from '../../support/processes.ts';
import { until } from '../../support/until.ts';

const { imageTruncated, imageCorrupt, tookTooLong, outOfMemory, workerCrashed, processingFailed } = workProblems;
const picture = () => image(photograph(300, 200));
const toLargeAvif = [resize(4000, 4000), convert('avif'), compress(95, 'small')];
const toLargeWebp = [resize(7071, 7071), convert('webp'), compress(90, 'small')];

const sha256Of = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

/** A request that changes nothing; another size may be promised. */
function requestOf(source: string, facts: ImageFacts, size?: Size): TransformationRequest {
  const outcome = outcomeOf(facts, [], POLICIES.authenticated);
  const picture = { target: `${source}.out`, operations: [], outcome: { ...outcome, size: size ?? outcome.size } };
  return { source, sha256: null, facts, pictures: [picture], deadlineSeconds: 60 };
}

describe('the image is at fault', () => {
  const engine = useEngine();

  test.each(['jpeg', 'png', 'webp'] as const)('a %s that is cut off', async (format) => {
    const whole = await picture().toFormat(format).toBuffer();
    const cut = whole.subarray(0, Math.floor(whole.length * 0.6));
    const source = await engine.store(cut);
    const facts = { format: format === 'jpeg' ? 'jpg' : format, width: 300, height: 200, frames: 1 } as const;
    await expect(engine.transformer.transform(requestOf(source, facts))).rejects.toMatchObject({
      problem: imageTruncated,
    });
  });

  test.each(['png', 'webp'] as const)('a %s whose pixels are damaged', async (format) => {
    const bytes = await picture().toFormat(format).toBuffer();
    const middle = Math.floor(bytes.length / 2);
    bytes.fill(0x5a, middle, middle + 200);
    await expect(engine.process(bytes, [filter('blur')])).rejects.toMatchObject({
      problem: imageCorrupt,
    });
  });

  test('a file that is not what its header claimed', async () => {
    const source = await engine.store(await picture().png().toBuffer());
    const facts = { format: 'png', width: 30, height: 20, frames: 1 } as const;
    await expect(engine.transformer.transform(requestOf(source, facts))).rejects.toMatchObject({
      problem: imageCorrupt,
    });
  });

  test('a header that cannot be read', async () => {
    const bytes = (await picture().png().toBuffer()).subarray(0, 20);
    await expect(engine.process(bytes, [])).rejects.toMatchObject({ problem: pictureProblems.unreadableImage });
  });

  test('a picture that cannot be made so small, which says how small it became', async () => {
    const bytes = await image(lineArt(300, 200)).jpeg({ quality: 95 }).toBuffer();
    const { bytes: least } = await engine.process(bytes, [compress(10)]);
    const work = engine.process(bytes, [compressTo(1_000)]);
    const message = `The smallest file that was reached has ${least} bytes, at quality 10; max_bytes is 1000.`;
    await expect(work).rejects.toMatchObject({ problem: workProblems.cannotBeSoSmall, message });
  });

  test('a damaged picture is damaged, however small it shall be', async () => {
    const bytes = await picture().webp().toBuffer();
    const middle = Math.floor(bytes.length / 2);
    bytes.fill(0x5a, middle, middle + 200);
    await expect(engine.process(bytes, [compressTo(1_000)])).rejects.toMatchObject({ problem: imageCorrupt });
  });

  test('none of this ends a child', () => {
    expect(engine.losses).toEqual([]);
  });
});

describe('the work is at fault', () => {
  const engine = useEngine();

  test.each([toLargeWebp, toLargeAvif])(
    'what runs over its deadline is killed, however busy the encoder is',
    async (...work) => {
      const bytes = await picture().jpeg().toBuffer();
      const before = engine.transformer.pids;
      const lost = engine.losses.length;
      await expect(engine.process(bytes, work, { deadlineSeconds: 1 })).rejects.toMatchObject({
        problem: tookTooLong,
      });
      expect(engine.losses.slice(lost)).toEqual(['SIGKILL']);
      expect(await engine.process(bytes, [resize(20, 10)])).toMatchObject({ width: 20 });
      expect(engine.transformer.pids).not.toEqual(before);
    },
  );

  test('bytes that are not those that were stored are not worked on, nor held against the image', async () => {
    const bytes = await picture().jpeg().toBuffer();
    const source = await engine.store(bytes);
    const facts = { format: 'jpg', width: 300, height: 200, frames: 1 } as const;
    const job = { ...requestOf(source, facts), sha256: sha256Of(bytes) };
    expect(await engine.transformer.transform(job)).toMatchObject([{ image: { width: 300 } }]);
    await appendFile(source, '\0');
    await expect(engine.transformer.transform(job)).rejects.toMatchObject({
      problem: processingFailed,
      cause: { message: expect.stringMatching(`BytesAltered.*${job.sha256}`) },
    });
  });

  test('a result of another size than was promised is never published', async () => {
    const source = await engine.store(await picture().jpeg().toBuffer());
    const facts = { format: 'jpg', width: 300, height: 200, frames: 1 } as const;
    const request = requestOf(source, facts, { width: 300, height: 201 });
    expect(await engine.transformer.transform(request)).toMatchObject([{ failure: { problem: processingFailed } }]);
  });

  test('a file that has gone is nothing against the image', async () => {
    const facts = { format: 'png', width: 30, height: 20, frames: 1 } as const;
    expect(await engine.transformer.transform(requestOf('/none', facts))).toMatchObject([
      { failure: { problem: processingFailed } },
    ]);
  });
});

describe('too much memory', () => {
  const engine = useEngine({ memoryCapBytes: 250_000_000 });

  test('is out_of_memory, and the next job finds a child', async () => {
    const bytes = await picture().jpeg().toBuffer();
    await expect(engine.process(bytes, [resize(7000, 7000), ...toLargeWebp])).rejects.toMatchObject({
      problem: outOfMemory,
    });
    expect(await engine.process(bytes, [resize(20, 10)])).toMatchObject({ width: 20 });
  });
});

describe('the processor', () => {
  const engine = useEngine();

  test('is left to others by every thread of a child', async () => {
    await engine.process(await picture().webp().toBuffer(), [resize(20, 10)]);
    // One child has worked; another may still be starting.
    await vi.waitFor(() => {
      const threads = engine.transformer.pids.flatMap((pid) => readdirSync(`/proc/${pid}/task`).map(Number));
      expect(threads.length).toBeGreaterThan(2);
      expect(new Set(threads.map((thread) => os.getPriority(thread)))).toEqual(new Set([os.getPriority() + 5]));
    }, 30_000);
  });
});

describe('a crash', () => {
  const engine = useEngine({ module: join(import.meta.dirname, '../../support/crashing-transformer.child.ts') });

  test('fails its own job as worker_crashed, and no other', async () => {
    const deadly = await image(photograph(13, 200)).png().toBuffer();
    const harmless = await picture().png().toBuffer();
    const jobs = [harmless, deadly, harmless, deadly, harmless].map((bytes) => engine.process(bytes, [resize(20, 10)]));
    const outcomes = await Promise.allSettled(jobs);
    expect(outcomes.map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
    expect(outcomes[1]).toMatchObject({ reason: { problem: workerCrashed } });
    expect(engine.losses).toEqual(['SIGABRT', 'SIGABRT']);
  });
});

describe('a stop of the service', () => {
  const engine = useEngine({ concurrency: 1 });

  test('interrupts what is in hand and what waits, and says nothing against either', async () => {
    const bytes = await image(photograph(200, 150)).png().toBuffer();
    const source = await engine.store(bytes);
    const [child = 0] = engine.transformer.pids;
    const idle = ticksOf(child);
    const inHand = engine.process(bytes, toLargeWebp);
    inHand.catch(() => undefined);
    await until(
      () => ticksOf(child),
      (ticks) => ticks > idle + 20,
    );
    const waiting = engine.transformer.transform(
      requestOf(source, { format: 'png', width: 200, height: 150, frames: 1 }),
    );
    const ends = Promise.allSettled([inHand, waiting]);
    await engine.transformer.stop();
    for (const end of await ends) expect(end).toMatchObject({ reason: { name: 'WorkInterrupted' } });
    expect(engine.losses).toEqual([]);
  });
});

describe('of several pictures', () => {
  const module = join(import.meta.dirname, '../../support/half-way-transformer.child.ts');
  const engine = useEngine({ module, memoryCapBytes: 400_000_000 });

  test.each([
    ['dies', 11, workerCrashed, 60],
    ['runs over the deadline', 12, tookTooLong, 10],
    ['takes too much memory', 13, outOfMemory, 60],
  ])('those before the one at which the work %s are made', async (_words, height, problem, deadlineSeconds) => {
    const source = await engine.store(await image(photograph(40, height)).png().toBuffer());
    const facts = { format: 'png', width: 40, height, frames: 1 } as const;
    const request = requestOf(source, facts);
    const pictures = [1, 2, 3].map((n) => ({ ...request.pictures[0], target: `${source}.${n}` })) as [];
    const [first, second, third] = await engine.transformer.transform({ ...request, pictures, deadlineSeconds });
    expect(imageOf(first)).toMatchObject({ width: 40, height });
    expect(second).toMatchObject({ failure: { problem } });
    const why = (second as { failure: Error }).failure.message;
    const message = `The work ended at an output before this one: ${why}`;
    expect(third).toMatchObject({ failure: { problem, message } });
  });
});
