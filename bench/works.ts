import sharp from 'sharp';
import { ENCODER_SETTINGS } from '../src/imaging/infrastructure/sharp-encoders.ts';
import type { SizeName } from './photographs.ts';

/** One kind of work, as a client asks for it and as a program of bare sharp does it, with the same encoder settings. */
export interface Work {
  readonly name: string;
  readonly source: SizeName;
  readonly operations: readonly object[];
  bareSharp(source: string, target: string): Promise<unknown>;
  /** Images in a round, for some four seconds. */
  readonly images: number;
  /** To reach with a client that polls every 50 ms: ratios to bare sharp, and milliseconds of the main process a job. */
  readonly goal: { readonly cpu?: number; readonly rate: number; readonly mainMs: number };
}

const resize = (width: number, height: number) => ({ operation_type: 'resize', parameters: { width, height } });
const convert = (format: string) => ({ operation_type: 'convert', parameters: { format } });
const compress = (quality: number, effort = 'balanced') => ({
  operation_type: 'compress',
  parameters: { quality, effort },
});

const toJpeg = (source: string, target: string) =>
  sharp(source).autoOrient().resize(800, 600, { fit: 'fill' }).jpeg({ quality: 80 }).toFile(target);
const toWebp = (options: object) => (source: string, target: string) =>
  sharp(source)
    .autoOrient()
    .resize(1200, 900, { fit: 'fill' })
    .webp({ quality: 80, ...options })
    .toFile(target);

/** The works of `npm run bench`. */
export const WORKS: readonly Work[] = [
  {
    name: '12 MP → 1200x900 WebP, equal effort',
    source: '12 MP',
    operations: [resize(1200, 900), convert('webp'), compress(80, 'small')],
    bareSharp: toWebp(ENCODER_SETTINGS.webp.small),
    images: 40,
    goal: { cpu: 1.13, rate: 0.8, mainMs: 14 },
  },
  {
    name: '12 MP → 1200x900 WebP, default effort beside sharp’s own',
    source: '12 MP',
    operations: [resize(1200, 900), convert('webp'), compress(80)],
    bareSharp: toWebp({}),
    images: 48,
    goal: { rate: 1.15, mainMs: 14 },
  },
  {
    name: '12 MP → 800x600 JPEG',
    source: '12 MP',
    operations: [resize(800, 600), compress(80)],
    bareSharp: toJpeg,
    images: 80,
    goal: { cpu: 1.33, rate: 0.62, mainMs: 14 },
  },
  {
    name: '2 MP → 800x600 JPEG',
    source: '2 MP',
    operations: [resize(800, 600), compress(80)],
    bareSharp: toJpeg,
    images: 160,
    goal: { cpu: 1.5, rate: 0.55, mainMs: 8 },
  },
];

/** Of the works, the one that costs least pixels. */
export const SMALLEST_WORK = WORKS.at(-1) as Work;
