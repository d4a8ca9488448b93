import sharp from 'sharp';
import { ENCODER_SETTINGS } from '../src/imaging/infrastructure/sharp-encoders.ts';

/** One kind of work, as a client asks for it and as a program of bare sharp does it, with the same encoder settings. */
export interface Work {
  readonly name: string;
  /** The picture: megapixels of a photograph. */
  readonly source: '12 MP' | '2 MP';
  readonly operations: readonly object[];
  bareSharp(source: string, target: string): Promise<unknown>;
  /** The ratios to reach: CPU at most, images a second at least. */
  readonly goal?: { readonly cpu?: number; readonly rate?: number };
}

const resize = (width: number, height: number) => ({ operation_type: 'resize', parameters: { width, height } });
const convert = (format: string) => ({ operation_type: 'convert', parameters: { format } });
const filter = (type: string) => ({ operation_type: 'filter', parameters: { type } });
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
    name: `12 MP → 1200x900 WebP q80, effort ${ENCODER_SETTINGS.webp.small.effort}`,
    source: '12 MP',
    operations: [resize(1200, 900), convert('webp'), compress(80, 'small')],
    bareSharp: toWebp(ENCODER_SETTINGS.webp.small),
    goal: { cpu: 1.15, rate: 0.85 },
  },
  {
    name: '12 MP → 1200x900 WebP q80, default effort beside sharp’s own',
    source: '12 MP',
    operations: [resize(1200, 900), convert('webp'), compress(80)],
    bareSharp: toWebp({}),
    goal: { rate: 1.3 },
  },
  {
    name: '12 MP → 800x600 JPEG q80',
    source: '12 MP',
    operations: [resize(800, 600), compress(80)],
    bareSharp: toJpeg,
    goal: { cpu: 1.45, rate: 0.7 },
  },
  {
    name: '2 MP → 800x600 JPEG q80',
    source: '2 MP',
    operations: [resize(800, 600), compress(80)],
    bareSharp: toJpeg,
    goal: { cpu: 1.6, rate: 0.6 },
  },
  {
    name: '2 MP → blur, 800x600, sharpen, PNG',
    source: '2 MP',
    operations: [filter('blur'), resize(800, 600), filter('sharpen'), convert('png')],
    async bareSharp(source, target) {
      const blurred = sharp(source).autoOrient().blur({ sigma: 2, minAmplitude: 0.02 });
      const { data, info } = await blurred.raw().toBuffer({ resolveWithObject: true });
      const raw = { width: info.width, height: info.height, channels: info.channels };
      const scaled = sharp(data, { raw }).resize(800, 600, { fit: 'fill' }).sharpen();
      return scaled.png(ENCODER_SETTINGS.png.balanced).toFile(target);
    },
  },
];
