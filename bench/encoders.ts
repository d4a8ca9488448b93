import { createHash } from 'node:crypto';
import sharp, { type Sharp } from 'sharp';
import { ssim } from 'ssim.js';
import { image, lineArt } from '../test/support/pictures.ts';
import { seededRandom } from '../test/support/seeded-random.ts';
import { cameraPhotograph } from './camera-photograph.ts';
import { dithered } from './dithered-picture.ts';
import { markdownTable, median } from './figures.ts';

/**
 * `npm run bench -- encoders`: CPU, bytes and likeness (SSIM) of each encoder at several settings, on two photographs and
 * a drawing of 1200x900. The settings of `sharp-encoders.ts` are chosen from its table; see README.md.
 */

type Encoder = (picture: Sharp, quality: number) => Sharp;

interface Row {
  readonly name: string;
  readonly encoder: Encoder;
}

const ROUNDS = Number(process.env.ROUNDS ?? 5);
const QUALITY = 80;
/** Qualities around it, between which bytes at equal likeness are found. */
const NEARBY = [74, 77, 80, 83, 86];

const GROUPS: { format: string; baseline: string; rows: Row[] }[] = [
  {
    format: 'JPEG',
    baseline: 'default',
    rows: [
      { name: 'plain tables', encoder: (picture, quality) => picture.jpeg({ quality, optimiseCoding: false }) },
      { name: 'default', encoder: (picture, quality) => picture.jpeg({ quality }) },
      { name: 'progressive', encoder: (picture, quality) => picture.jpeg({ quality, progressive: true }) },
      { name: 'trellis', encoder: (picture, quality) => picture.jpeg({ quality, trellisQuantisation: true }) },
      {
        name: 'trellis, progressive',
        encoder: (picture, quality) => picture.jpeg({ quality, trellisQuantisation: true, progressive: true }),
      },
      { name: 'mozjpeg', encoder: (picture, quality) => picture.jpeg({ quality, mozjpeg: true }) },
    ],
  },
  {
    format: 'WebP',
    baseline: 'effort 4',
    rows: [0, 1, 2, 3, 4, 5, 6].map((effort) => ({
      name: `effort ${effort}`,
      encoder: (picture, quality) => picture.webp({ quality, effort }),
    })),
  },
  {
    format: 'AVIF',
    baseline: 'effort 4',
    rows: [
      ...[0, 1, 2, 3, 4].map((effort) => ({
        name: `effort ${effort}`,
        encoder: (picture: Sharp, quality: number) => picture.avif({ quality, effort, chromaSubsampling: '4:2:0' }),
      })),
      { name: 'effort 2, all colours', encoder: (picture, quality) => picture.avif({ quality, effort: 2 }) },
    ],
  },
  {
    format: 'PNG, lossless',
    baseline: 'level 6',
    rows: [
      ...[1, 2, 3, 4, 6, 9].map((compressionLevel) => ({
        name: `level ${compressionLevel}`,
        encoder: (picture: Sharp) => picture.png({ compressionLevel }),
      })),
      ...[2, 6, 7, 9].map((compressionLevel) => ({
        name: `level ${compressionLevel}, adaptive`,
        encoder: (picture: Sharp) => picture.png({ compressionLevel, adaptiveFiltering: true }),
      })),
    ],
  },
  {
    format: 'PNG, palette',
    baseline: 'effort 7',
    rows: [1, 4, 6, 7, 10].map((effort) => ({
      name: `effort ${effort}`,
      encoder: (picture, quality) => picture.png({ palette: true, quality, effort }),
    })),
  },
];

interface Measured {
  readonly cpu: number;
  readonly bytes: number;
  readonly likeness: number;
}

sharp.concurrency(1);
sharp.cache(false);

/** Of a job, beside a second for each MP of its output (`config/default.yaml`). */
const DEADLINE_SECONDS = 30;
/** Names of groups on the command line after this bench's own, `large AVIF`, `large PNG` and `large palette`; all without one. */
const chosen = process.argv.slice(3);
const likenesses = new Map<string, number>();
/** Paths of photographs to measure on, separated by commas; two are made by code when it is unset. */
const given = process.env.PHOTOGRAPHS?.split(',') ?? [];
const photographs = await Promise.all(given.length > 0 ? given.map(cropped) : [photo(11), photo(12)]);
const pictures = [...photographs, await drawing()];
for (const { format, baseline, rows } of GROUPS.filter(
  ({ format }) => chosen.length === 0 || chosen.includes(format),
)) {
  const lossy = !format.startsWith('PNG');
  const measured = new Map<string, Measured[]>(rows.map(({ name }) => [name, []]));
  for (const picture of pictures) {
    for (let round = 0; round < ROUNDS; round += 1) {
      // In turns, so that a busy moment of the machine does not fall on one of them.
      for (const { name, encoder } of rows) measured.get(name)?.push(await measure(picture, encoder, QUALITY));
    }
  }
  const base = measured.get(baseline) as Measured[];
  const lines: string[][] = [];
  for (const row of rows) {
    const all = measured.get(row.name) as Measured[];
    const equal = lossy ? await bytesAtEqualLikeness(row, rows.find(({ name }) => name === baseline) as Row) : null;
    lines.push([
      row.name,
      median(all.map(({ cpu }) => cpu)).toFixed(1),
      ratio(all, base, ({ cpu }) => cpu),
      (mean(all.map(({ bytes }) => bytes)) / 1000).toFixed(1),
      ratio(all, base, ({ bytes }) => bytes),
      mean(all.map(({ likeness }) => likeness)).toFixed(4),
      equal === null ? '' : equal.toFixed(3),
    ]);
  }
  const head = [format, 'CPU ms', 'CPU ratio', 'kB', 'bytes ratio', 'SSIM', 'bytes ratio at equal SSIM (photographs)'];
  process.stdout.write(`\n${markdownTable(head, lines)}\n`);
}

if (chosen.length === 0 || chosen.includes('AVIF') || chosen.includes('large AVIF')) await largeAvif();
if (chosen.length === 0 || chosen.includes('large PNG')) await largePng();
if (chosen.length === 0 || chosen.includes('large palette')) await largePalette();

/** CPU and bytes of a PNG that is too large for a palette: a photograph, and one whose shades are dots. */
async function largePng(): Promise<void> {
  const [width, height] = [4760, 3572];
  const photo = await (given[0] ? sharp(given[0]).resize(width, height) : cameraPhotograph(width, height, 11));
  const { data, info } = await raw(await photo.png({ compressionLevel: 1 }).toBuffer());
  const lines: string[][] = [];
  for (const compressionLevel of [2, 6, 7, 8, 9]) {
    const cells = [];
    for (const pixels of [data, dithered({ data, width })]) {
      const start = process.cpuUsage();
      const file = await sharp(pixels, { raw: info }).png({ compressionLevel, adaptiveFiltering: true }).toBuffer();
      const { user, system } = process.cpuUsage(start);
      cells.push(((user + system) / 1_000_000).toFixed(1), (file.length / 1_000_000).toFixed(2));
    }
    lines.push([`level ${compressionLevel}, adaptive`, ...cells]);
  }
  const head = ['PNG of 17 MP, lossless', 'photograph, CPU s', 'MB', 'dithered, CPU s', 'MB'];
  process.stdout.write(`\n${markdownTable(head, lines)}\n`);
}

/** CPU of choosing a palette for each MP: of a photograph, and of one whose transparency differs from pixel to pixel. */
async function largePalette(): Promise<void> {
  const [width, height] = [2000, 1500];
  const photo = await (given[0] ? sharp(given[0]).resize(width, height) : cameraPhotograph(width, height, 11));
  const opaque = photo.removeAlpha().png({ compressionLevel: 1 });
  const alpha = Buffer.from(Array.from({ length: width * height }, (_, i) => i & 0xff));
  const clear = sharp(await opaque.toBuffer()).joinChannel(alpha, { raw: { width, height, channels: 1 } });
  const pictures = await Promise.all([opaque, clear.png()].map(async (picture) => raw(await picture.toBuffer())));
  const lines: string[][] = [];
  for (const effort of [4, 5, 6]) {
    const cells = [];
    for (const { data, info } of pictures) {
      const start = process.cpuUsage();
      await sharp(data, { raw: info }).png({ palette: true, effort, quality: QUALITY }).toBuffer();
      const { user, system } = process.cpuUsage(start);
      cells.push(((user + system) / (width * height)).toFixed(2));
    }
    lines.push([`effort ${effort}`, ...cells]);
  }
  const head = ['PNG of 3 MP, palette', 'photograph, CPU s a MP', 'transparent, CPU s a MP'];
  process.stdout.write(`\n${markdownTable(head, lines)}\n`);
}

/** CPU of large AVIF pictures, a photograph and noise, beside the third of their deadline that they shall keep to. */
async function largeAvif(): Promise<void> {
  const lines: string[][] = [];
  for (const [width, height] of [
    [4000, 3000],
    [4618, 3464],
  ] as const) {
    const photo = await (given[0] ? sharp(given[0]).resize(width, height) : cameraPhotograph(width, height, 11));
    const next = seededRandom(1);
    const values = Buffer.alloc(3 * width * height).map(() => Math.floor(next() * 256));
    const noise = sharp(values, { raw: { width, height, channels: 3 } });
    const megapixels = (width * height) / 1_000_000;
    for (const effort of [0, 2, 3]) {
      const seconds = [];
      for (const [picture, quality] of [[photo, 70] as const, [noise, 70] as const, [noise, 95] as const]) {
        const pixels = await raw(await picture.clone().png({ compressionLevel: 1 }).toBuffer());
        const start = process.cpuUsage();
        await sharp(pixels.data, { raw: pixels.info }).avif({ quality, effort, chromaSubsampling: '4:2:0' }).toBuffer();
        const { user, system } = process.cpuUsage(start);
        seconds.push(((user + system) / 1_000_000).toFixed(1));
      }
      const third = ((DEADLINE_SECONDS + megapixels) / 3).toFixed(1);
      lines.push([`${megapixels.toFixed(0)} MP, effort ${effort}`, ...seconds, third]);
    }
  }
  const head = ['AVIF', 'photograph at 70, CPU s', 'noise at 70', 'noise at 95', 'a third of the deadline'];
  process.stdout.write(`\n${markdownTable(head, lines)}\n`);
}

async function photo(seed: number): Promise<Buffer> {
  return (await cameraPhotograph(4000, 3000, seed)).resize(1200, 900).png({ compressionLevel: 1 }).toBuffer();
}

async function cropped(path: string): Promise<Buffer> {
  return sharp(path).autoOrient().resize(1200, 900).png({ compressionLevel: 1 }).toBuffer();
}

async function drawing(): Promise<Buffer> {
  return image(lineArt(1200, 900, 5))
    .png({ compressionLevel: 1 })
    .toBuffer();
}

async function measure(picture: Buffer, encoder: Encoder, quality: number): Promise<Measured> {
  const pixels = await raw(picture);
  const start = process.cpuUsage();
  const bytes = await encoder(sharp(pixels.data, { raw: pixels.info }), quality).toBuffer();
  const { user, system } = process.cpuUsage(start);
  return { cpu: (user + system) / 1000, bytes: bytes.length, likeness: await likenessOf(bytes, picture) };
}

/** Bytes of a setting over those of the baseline, each at the quality that looks as the baseline does at 80. */
async function bytesAtEqualLikeness(row: Row, baseline: Row): Promise<number> {
  const ratios = [];
  for (const picture of photographs) {
    const wanted = await measure(picture, baseline.encoder, QUALITY);
    const points = await Promise.all(NEARBY.map((quality) => measure(picture, row.encoder, quality)));
    const upper = Math.max(
      1,
      points.findIndex(({ likeness }) => likeness >= wanted.likeness),
    );
    const [below, above] = [points[upper - 1] as Measured, points[upper] as Measured];
    const share = (wanted.likeness - below.likeness) / (above.likeness - below.likeness);
    ratios.push((below.bytes + share * (above.bytes - below.bytes)) / wanted.bytes);
  }
  return mean(ratios);
}

/** SSIM takes a second, and equal files are equally alike. */
async function likenessOf(bytes: Buffer, picture: Buffer): Promise<number> {
  const key = `${pictures.indexOf(picture)} ${createHash('sha256').update(bytes).digest('hex')}`;
  const known = likenesses.get(key);
  if (known !== undefined) return known;
  const [one, other] = await Promise.all([rgba(bytes), rgba(picture)]);
  const { mssim } = ssim(one, other, { downsample: false });
  likenesses.set(key, mssim);
  return mssim;
}

async function rgba(bytes: Buffer) {
  const { data, info } = await sharp(bytes).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return { data: new Uint8ClampedArray(data), width: info.width, height: info.height };
}

async function raw(bytes: Buffer) {
  const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
  return { data, info: { width: info.width, height: info.height, channels: info.channels } };
}

function ratio(all: Measured[], base: Measured[], of: (measured: Measured) => number): string {
  return (median(all.map(of)) / median(base.map(of))).toFixed(2);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
