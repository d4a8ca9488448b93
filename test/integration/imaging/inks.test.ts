import { describe, expect, test } from 'vitest';
import type { Operation } from '../../../src/imaging/operations/operations.ts';
import { pixelsOfFile, useEngine } from '../../support/engine.ts';
import { jpegSegment } from '../../support/file-parts.ts';
import { inkJpeg } from '../../support/ink-jpeg.ts';
import { convert, resize, rotate } from '../../support/operations.ts';

const engine = useEngine();

type Inks = readonly [number, number, number, number];

async function colourOf(bytes: Buffer, operations: readonly Operation[]): Promise<number[]> {
  const { data, channels } = await pixelsOfFile((await engine.process(bytes, operations)).path);
  expect(channels).toBe(3);
  return [...data.subarray(0, 3)];
}

/** As Chromium shows them: what each ink lets through, and black of that. */
function shown([cyan, magenta, yellow, black]: Inks): number[] {
  return [cyan, magenta, yellow].map((ink) => Math.round(((255 - ink) * (255 - black)) / 255));
}

describe('inks without a profile become what browsers show', () => {
  test.each<Inks>([
    [0, 0, 0, 0],
    [255, 0, 0, 0],
    [0, 255, 0, 0],
    [0, 0, 255, 0],
    [0, 0, 0, 255],
    [255, 255, 255, 255],
    [200, 100, 50, 25],
  ])('%d, %d, %d, %d', async (...inks) => {
    const bytes = inkJpeg(inks);
    expect(await colourOf(bytes, [convert('png')])).toEqual(shown(inks));
    expect(await colourOf(bytes, [resize(4, 3), convert('png')])).toEqual(shown(inks));
    expect(await colourOf(bytes, [resize(20, 30), rotate(90), convert('png')])).toEqual(shown(inks));
  });

  test('also where what stands for a profile is none, or one of other colours', async () => {
    const inks = [255, 0, 0, 0] as const;
    for (const profile of [Buffer.alloc(3_000, 0x41), Buffer.from(`${'\0'.repeat(16)}RGB ${'\0'.repeat(16)}acsp`)]) {
      const segment = jpegSegment(
        0xe2,
        Buffer.concat([Buffer.from('ICC_PROFILE\0', 'latin1'), Buffer.of(1, 1), profile]),
      );
      expect(await colourOf(inkJpeg(inks, { segments: [segment] }), [convert('png')])).toEqual(shown(inks));
    }
  });
});
