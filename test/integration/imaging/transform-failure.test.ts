import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { outcomeOf } from '../../../src/imaging/domain/outcome.ts';
import type { TransformationJob } from '../../../src/imaging/infrastructure/sharp-job.ts';
import { transformFailure } from '../../../src/imaging/infrastructure/transform-failure.ts';
import { POLICIES } from '../../support/callers.ts';
import { image, photograph } from '../../support/pictures.ts';

let folder: string;
let job: TransformationJob;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'failures-'));
  const source = join(folder, 'picture');
  await writeFile(source, await image(photograph(30, 20)).png().toBuffer());
  const facts = { format: 'png', width: 30, height: 20, frames: 1 } as const;
  const outcome = outcomeOf(facts, [], POLICIES.authenticated);
  job = { source, target: `${source}.out`, sha256: null, facts, operations: [], outcome };
});

afterAll(() => rm(folder, { recursive: true }));

/** What is thrown. */
function thrownBy(work: () => unknown): Error {
  try {
    work();
  } catch (error) {
    return error as Error;
  }
  throw new Error('Nothing was thrown');
}

const MUCH = 2 ** 47;

test.each<[string, () => unknown]>([
  ['Node', () => Buffer.allocUnsafeSlow(MUCH)],
  ['V8, of a buffer', () => new ArrayBuffer(MUCH)],
  ['V8, of typed numbers', () => new Float32Array(MUCH)],
  ['V8, of a length that no typed numbers have', () => new Float32Array(2 ** 53)],
])('memory that %s cannot give is out_of_memory', async (_words, work) => {
  expect(await transformFailure(thrownBy(work), job)).toMatchObject({ reason: 'refused', code: 'out_of_memory' });
});

test.each([
  'VipsImage: out of memory --- size == 180MB',
  'unable to allocate 12345 bytes',
  'Failed to allocate memory',
])('so it is in the words %s', async (message) => {
  expect(await transformFailure(new Error(message), job)).toMatchObject({ code: 'out_of_memory' });
});

test.each<[string, () => unknown]>([
  ['sharp', () => sharp({}).webp({ delay: [70_000] })],
  ['Node', () => Buffer.concat([undefined as unknown as Buffer])],
])('what %s does not take could not be done another time either', async (_words, work) => {
  expect(await transformFailure(thrownBy(work), job)).toMatchObject({ code: 'cannot_be_done' });
});

test('of anything else nothing is known, unless the picture cannot be decoded', async () => {
  expect(await transformFailure(new Error('The disk is away'), job)).toMatchObject({ code: 'processing_failed' });
  const source = join(folder, 'damaged');
  await writeFile(source, Buffer.alloc(100));
  const failure = await transformFailure(
    thrownBy(() => sharp({}).webp({ delay: [70_000] })),
    { ...job, source },
  );
  expect(failure).toMatchObject({ reason: 'refused', code: expect.stringMatching(/^image_/) });
});
