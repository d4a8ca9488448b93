import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pixelsOf } from '../../src/imaging/domain/image-facts.ts';
import { imageFormatOf } from '../../src/imaging/domain/image-format.ts';
import { outcomeOf } from '../../src/imaging/domain/outcome.ts';
import type { Operation } from '../../src/imaging/operations/operations.ts';
import { ApplicationError } from '../../src/shared/application-error.ts';
import { POLICIES } from '../support/callers.ts';
import { useEngine } from '../support/engine.ts';
import {
  bitFlips,
  bombs,
  type HostileFile,
  metadataLies,
  polyglots,
  sizeLies,
  structureLies,
  truncations,
  wholePictures,
} from '../support/hostile-corpus.ts';
import {
  adjust,
  compress,
  compressTo,
  convert,
  crop,
  filter,
  flip,
  pad,
  resize,
  rotate,
  scale,
} from '../support/operations.ts';
import { image, photograph } from '../support/pictures.ts';

/** Copies of each picture with bits turned over: thousands in `npm run test:hard`. */
const FLIPS = Number(process.env.HOSTILE_FLIPS ?? 12);
const SEED = 20_261_123;
const DEADLINE_SECONDS = 20;
const MOST_PIXELS = 50_000_000;

/** How a file may end: refused at the upload, done, or failed for a reason that the client is told. */
const ENDS = [
  'unsupported_format',
  'unreadable_image',
  'unsupported_jpeg',
  'too_many_pixels',
  'validation_failed',
  'completed',
  'image_truncated',
  'image_corrupt',
  'took_too_long',
  'out_of_memory',
  'cannot_be_so_small',
];

const WORK: Operation[][] = [
  [],
  [resize(40, 30)],
  [filter('blur'), resize(50, 50, 'contain'), convert('webp')],
  [convert('jpg')],
  [convert('webp'), compressTo(4_000)],
  [compress(95)],
  [rotate(90), scale({ width: 30 }), flip('vertical'), convert('png')],
  [crop({ width: 1, height: 1, gravity: 'entropy' }), pad({ top: 40, left: 9, color: '#2040c080' })],
  [resize(33, 44, 'cover', { gravity: 'attention' }), adjust({ brightness: 150, hue: 120 }), convert('webp')],
  [
    pad({ right: 60, color: '#ff0000' }),
    rotate(270),
    crop({ width: 1, height: 20 }),
    scale({ height: 90, enlarge: true }),
  ],
  [resize(60, 40), convert('avif')],
];

const engine = useEngine();
let files: HostileFile[] = [];

beforeAll(async () => {
  files = await wholePictures();
}, 60_000);

afterAll(() => {
  expect(engine.losses.filter((end) => end !== 'SIGKILL')).toEqual([]);
});

/** What becomes of an upload, as the service would say it. */
async function endOf({ bytes }: HostileFile, operations: Operation[]): Promise<string> {
  const format = imageFormatOf(bytes);
  if (!format) return 'unsupported_format';
  try {
    const facts = await engine.headers.read(await engine.store(bytes), format, 'picture');
    if (pixelsOf(facts) * facts.frames > MOST_PIXELS) return 'too_many_pixels';
    if (outcomeOf(facts, operations, POLICIES.authenticated).faults.length > 0) return 'validation_failed';
    await engine.process(bytes, operations, { deadlineSeconds: DEADLINE_SECONDS });
    return 'completed';
  } catch (error) {
    if (error instanceof ApplicationError) return error.problem.code;
    throw error;
  }
}

/** Sends all, a few at a time, and says what became of each. */
async function endsOf(hostile: readonly HostileFile[]): Promise<Map<string, string>> {
  const ends = new Map<string, string>();
  const left = [...hostile.entries()];
  const sender = async () => {
    for (let next = left.shift(); next; next = left.shift()) {
      const [i, file] = next;
      ends.set(file.name, await endOf(file, WORK[i % WORK.length] as Operation[]));
    }
  };
  await Promise.all([sender(), sender(), sender()]);
  return ends;
}

async function expectGoodEnds(hostile: readonly HostileFile[]): Promise<Map<string, string>> {
  const ends = await endsOf(hostile);
  expect([...ends].filter(([, end]) => !ENDS.includes(end))).toEqual([]);
  const honest = await image(photograph(60, 40)).jpeg().toBuffer();
  expect(await engine.process(honest, [resize(20, 10)])).toMatchObject({ width: 20, height: 10 });
  return ends;
}

describe('every file is refused, or ends in a result or a reason', { timeout: 3_600_000 }, () => {
  test('cut off at every 5 %', async () => {
    const ends = await expectGoodEnds(files.flatMap(truncations));
    const completed = [...ends].flatMap(([name, end]) => (end === 'completed' ? [name] : [])).sort();
    // There it is the metadata that are cut: in a WebP they stand behind the pixels.
    expect(completed).toEqual(['webp cut at 90 %', 'webp cut at 95 %']);
  });

  test('cut off below the part that is kept', async () => {
    for (const [format, end] of [
      ['jpeg', 'image_truncated'],
      ['png', 'image_truncated'],
      ['webp', 'image_truncated'],
    ] as const) {
      const bytes = await image(photograph(900, 700)).toFormat(format).toBuffer();
      const cut = { name: format, bytes: bytes.subarray(0, Math.floor(bytes.length * 0.9)) };
      for (const operations of [
        [crop({ width: 50, height: 50, x: 0, y: 0 })],
        [crop({ width: 400, height: 300, x: 0, y: 0 }), scale({ width: 40 })],
        [rotate(90), crop({ width: 50, height: 50, gravity: 'northeast' }), filter('blur')],
        [scale({ width: 300 }), crop({ width: 50, height: 20, gravity: 'north' })],
        [resize(200, 20, 'cover', { gravity: 'north' })],
      ])
        expect([format, await endOf(cut, operations)]).toEqual([format, end]);
    }
  });

  test(`with bits turned over (${FLIPS} copies of each, seed ${SEED})`, async () => {
    for (const [i, file] of files.entries()) await expectGoodEnds(bitFlips(file, FLIPS, SEED + i));
  });

  test('with a size that is not theirs', async () => {
    const ends = await expectGoodEnds(await sizeLies());
    for (const [name, end] of ends)
      if (/60000|16777216|16383/.test(name)) expect([name, end]).not.toContain('completed');
    expect(ends.get('flood png 60000x60000')).toBe('too_many_pixels');
    expect(ends.get('flood jpeg 60000x60000')).toBe('too_many_pixels');
  });

  test('with a structure that lies', async () => {
    await expectGoodEnds(await structureLies());
  });

  test('with metadata that loops, swells or breaks', async () => {
    await expectGoodEnds(await metadataLies());
  });

  test('that cost more work than bytes', async () => {
    await expectGoodEnds(await bombs());
  });

  test('that are something else as well', async () => {
    const ends = await expectGoodEnds(await polyglots());
    for (const [name, end] of ends) if (name.startsWith('jpeg with html')) expect(end).toBe('completed');
  });
});
