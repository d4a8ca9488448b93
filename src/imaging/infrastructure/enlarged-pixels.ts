import type { Box, Size } from '../domain/image-facts.ts';
import type { RawPixels } from './raw-pixels.ts';

/** How many pixels of a line have a say in one of the line that it becomes. */
const TAPS = 4;

/** For each pixel of a line the places of its `TAPS` in the line that it comes from, and their weights. */
interface Samples {
  readonly places: Int32Array;
  readonly weights: Float32Array;
}

/**
 * A part of the picture as it is once enlarged, bicubic as Catmull and Rom have it, with everything where it was: pixel
 * x of the whole is the source's at (x + 0.5) / scale - 0.5. sharp cannot do that: its resize takes x / scale - 0.5
 * (libvips 8.18, `resize.c`), by which all that it enlarges lies half a pixel too far to the right and below, and its
 * affine transformation knows no edges but those of one colour.
 */
export function enlargedPixels({ data, info }: RawPixels, { whole, part }: { whole: Size; part: Box }): RawPixels {
  const { channels, width } = info;
  const across = samplesOf(width, whole.width, part.left, part.width);
  const down = samplesOf(info.height, whole.height, part.top, part.height);
  const hasAlpha = channels % 2 === 0;
  const rows = new RecentRows((y) => {
    const row = Float32Array.from(data.subarray(y * width * channels, (y + 1) * width * channels));
    if (hasAlpha) premultiply(row, channels);
    return widened(row, across, channels);
  });

  const enlarged = Buffer.allocUnsafe(part.width * part.height * channels);
  const mixed = new Float32Array(part.width * channels);
  for (let y = 0; y < part.height; y += 1) {
    mix(mixed, rows, down, y);
    if (hasAlpha) unpremultiply(mixed, channels);
    // Rounds, and keeps what bicubic curves overshoot within 0-255.
    new Uint8ClampedArray(enlarged.buffer, enlarged.byteOffset + y * mixed.length, mixed.length).set(mixed);
  }
  return { data: enlarged, info: { ...info, width: part.width, height: part.height } };
}

function samplesOf(source: number, whole: number, start: number, length: number): Samples {
  const samples = { places: new Int32Array(length * TAPS), weights: new Float32Array(length * TAPS) };
  for (let i = 0; i < length; i += 1) {
    const at = ((start + i + 0.5) * source) / whole - 0.5;
    const before = Math.floor(at);
    samples.weights.set(catmullRom(at - before), i * TAPS);
    // Beyond an edge its pixel goes on.
    for (let tap = 0; tap < TAPS; tap += 1)
      samples.places[i * TAPS + tap] = Math.min(source - 1, Math.max(0, before - 1 + tap));
  }
  return samples;
}

/** Weights of the two pixels before a place and the two behind it, which lies `t` of 0-1 past the second. */
function catmullRom(t: number): [number, number, number, number] {
  return [
    ((2 - t) * t - 1) * t * 0.5,
    ((3 * t - 5) * t * t + 2) * 0.5,
    ((4 - 3 * t) * t + 1) * t * 0.5,
    (t - 1) * t * t * 0.5,
  ];
}

function widened(row: Float32Array, { places, weights }: Samples, channels: number): Float32Array {
  const wide = new Float32Array((places.length / TAPS) * channels);
  for (let sample = 0, target = 0; sample < places.length; sample += TAPS) {
    const first = (places[sample] as number) * channels;
    const second = (places[sample + 1] as number) * channels;
    const third = (places[sample + 2] as number) * channels;
    const fourth = (places[sample + 3] as number) * channels;
    for (let channel = 0; channel < channels; channel += 1, target += 1) {
      wide[target] =
        (row[first + channel] as number) * (weights[sample] as number) +
        (row[second + channel] as number) * (weights[sample + 1] as number) +
        (row[third + channel] as number) * (weights[sample + 2] as number) +
        (row[fourth + channel] as number) * (weights[sample + 3] as number);
    }
  }
  return wide;
}

/** Row y of the result from those above and below it. */
function mix(target: Float32Array, rows: RecentRows, { places, weights }: Samples, y: number): void {
  const at = y * TAPS;
  const [first, second, third, fourth] = [0, 1, 2, 3].map((tap) => rows.row(places[at + tap] as number)) as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  const [a, b, c, d] = [...weights.subarray(at, at + TAPS)] as [number, number, number, number];
  for (let i = 0; i < target.length; i += 1) {
    target[i] =
      (first[i] as number) * a + (second[i] as number) * b + (third[i] as number) * c + (fourth[i] as number) * d;
  }
}

/** Colours weigh as much as they show, or what cannot be seen would shine through. */
function premultiply(row: Float32Array, channels: number): void {
  for (let at = channels - 1; at < row.length; at += channels) {
    for (let channel = at - channels + 1; channel < at; channel += 1)
      row[channel] = ((row[channel] as number) * (row[at] as number)) / 255;
  }
}

function unpremultiply(row: Float32Array, channels: number): void {
  for (let at = channels - 1; at < row.length; at += channels) {
    const alpha = row[at] as number;
    for (let channel = at - channels + 1; channel < at; channel += 1)
      row[channel] = alpha > 0 ? ((row[channel] as number) * 255) / alpha : 0;
  }
}

/** Rows that are made once, as they come up, and kept while the few around one place are needed. */
class RecentRows {
  #make: (y: number) => Float32Array;
  #kept = new Map<number, Float32Array>();

  constructor(make: (y: number) => Float32Array) {
    this.#make = make;
  }

  row(y: number): Float32Array {
    const kept = this.#kept.get(y);
    if (kept) return kept;
    this.#kept.delete(y - TAPS);
    const made = this.#make(y);
    this.#kept.set(y, made);
    return made;
  }
}
