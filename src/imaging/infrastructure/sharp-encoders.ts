import type { AvifOptions, JpegOptions, PngOptions, Sharp, WebpOptions } from 'sharp';
import type { Effort, Encoding } from '../domain/encoding.ts';
import type { ImageFormat } from '../domain/image-format.ts';
import type { BytesByQuality } from './quality-search.ts';

/** Settings of each encoder by effort, chosen by `npm run bench -- encoders`: the table and the reasons are in bench/README.md. */
export const ENCODER_SETTINGS: {
  readonly jpg: Record<Effort, JpegOptions>;
  readonly webp: Record<Effort, WebpOptions>;
  readonly avif: Record<Effort, AvifOptions>;
  readonly png: Record<Effort, PngOptions>;
  readonly palette: Record<Effort, PngOptions>;
} = {
  jpg: {
    fast: { optimiseCoding: false },
    balanced: {},
    small: { trellisQuantisation: true, progressive: true },
  },
  webp: { fast: { effort: 1 }, balanced: { effort: 2 }, small: { effort: 4 } },
  // 12 MP of noise take a third of their deadline at effort 3, and 16 MP at effort 2: `smallPixels` of its format.
  avif: {
    fast: { effort: 0, chromaSubsampling: '4:2:0' },
    balanced: { effort: 2, chromaSubsampling: '4:2:0' },
    small: { effort: 3, chromaSubsampling: '4:2:0' },
  },
  png: {
    fast: { compressionLevel: 2 },
    balanced: { compressionLevel: 2, adaptiveFiltering: true },
    // `compress` tries a palette up to 16 MP, so this is for larger ones: at 9 dithered pictures would pass their deadline.
    small: { compressionLevel: 7, adaptiveFiltering: true },
  },
  // Effort 6 is for palettes of up to 4 MP; above, 4 takes what a third of the deadline leaves.
  palette: {
    fast: { palette: true, effort: 1 },
    balanced: { palette: true, effort: 4 },
    small: { palette: true, effort: 6 },
  },
};

/** How the bytes of photographs grow with the quality: medians of ten by `npm run bench -- budgets`, see bench/README.md. */
export const BYTES_BY_QUALITY: Readonly<Record<Exclude<ImageFormat, 'png'>, BytesByQuality>> = {
  jpg: [
    [1, -2.66],
    [10, -2.16],
    [20, -1.73],
    [30, -1.46],
    [50, -1.07],
    [60, -0.89],
    [70, -0.62],
    [80, -0.25],
    [85, 0],
    [90, 0.33],
    [95, 0.86],
  ],
  avif: [
    [1, -3.27],
    [20, -2.83],
    [30, -2.57],
    [40, -2.22],
    [50, -1.67],
    [60, -1.29],
    [70, -0.81],
    [80, -0.21],
    [85, 0],
    [90, 0.46],
    [95, 0.87],
  ],
  webp: [
    [1, -1.96],
    [10, -1.72],
    [20, -1.43],
    [30, -1.27],
    [50, -0.97],
    [75, -0.67],
    [80, -0.39],
    [85, 0],
    [90, 0.64],
    [95, 1.33],
  ],
};

/** How an animation goes on. */
export interface Animation {
  /** Of each frame, in milliseconds. */
  readonly times: readonly number[];
  /** How often it runs; 0 for ever. */
  readonly loop: number;
}

/** What each frame of an animation lasts, in milliseconds, until `withFrameTimes` tells the true times. */
export const TIME_OF_EACH = 100;

/** Sets the encoder at the end of a sharp pipeline; of an animation not yet the times. sharp drops all metadata unless told otherwise. */
export function encode(image: Sharp, encoding: Encoding, animation?: Animation): Sharp {
  const chosen = encoding.quality === null ? {} : { quality: encoding.quality };
  return ENCODERS[encoding.format](image, chosen, encoding, animation);
}

type Encoder = (image: Sharp, quality: { quality?: number }, encoding: Encoding, animation?: Animation) => Sharp;

const ENCODERS: Record<ImageFormat, Encoder> = {
  jpg: (image, quality, { effort }) => image.jpeg({ ...quality, ...ENCODER_SETTINGS.jpg[effort] }),
  webp: (image, quality, { effort }, animation) =>
    image.webp({
      ...quality,
      ...ENCODER_SETTINGS.webp[effort],
      ...(animation && { delay: animation.times.map(() => TIME_OF_EACH), loop: animation.loop }),
    }),
  avif: (image, quality, { effort }) => image.avif({ ...quality, ...ENCODER_SETTINGS.avif[effort] }),
  png: (image, quality, { effort, palette }) =>
    image.png({ ...quality, ...ENCODER_SETTINGS[palette ? 'palette' : 'png'][effort] }),
};
