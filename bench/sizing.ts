import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import sharp from 'sharp';
import { Client, uploadForm } from './client.ts';
import { Deployment } from './deployment.ts';
import { markdownTable } from './figures.ts';

/**
 * `npm run bench -- sizing`: the most memory of the main process, and of the one image process, while one job is worked
 * on: what a container needs, and what it needs more for each of `WORKER_CONCURRENCY`. From a photograph's thumbnail to the
 * largest that an account may ask for by default.
 */

const MEGABYTE = 1_000_000;
const SAMPLE_MS = 20;
const [W12, H12] = [4000, 3000];
/** Just within the 50 MP that an upload may have. */
const [W50, H50] = [8160, 6120];
const TURN = { operation_type: 'rotate', parameters: { angle: 90 } };
const BLUR = { operation_type: 'filter', parameters: { type: 'blur' } };
const HUE = { operation_type: 'adjust', parameters: { hue: 30 } };
const to = (format: string) => ({ operation_type: 'convert', parameters: { format } });
const THUMBNAIL = { operation_type: 'resize', parameters: { width: 1200, height: 900, fit: 'inside' } };

/** Soft noise, so that a decoder has something to do and the file stays within 10 MiB. */
const noise = (width: number, height: number) =>
  sharp({
    create: { width, height, channels: 3, background: '#456', noise: { type: 'gaussian', mean: 128, sigma: 4 } },
  })
    .jpeg({ quality: 60 })
    .toBuffer();
const translucent = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 4, background: '#4568' } })
    .png()
    .toBuffer();

const JOBS: readonly (readonly [string, () => Promise<Buffer>, readonly object[]])[] = [
  ['JPEG of 12 MP, resize to 1200x900, WebP', () => noise(W12, H12), [THUMBNAIL, to('webp')]],
  ['JPEG of 12 MP, rotate, blur, AVIF', () => noise(W12, H12), [TURN, BLUR, to('avif')]],
  ['JPEG of 50 MP, resize to 1200x900, WebP', () => noise(W50, H50), [THUMBNAIL, to('webp')]],
  ['JPEG of 50 MP, rotate, blur, WebP', () => noise(W50, H50), [TURN, BLUR, to('webp')]],
  ['PNG of 50 MP with alpha, rotate, hue, WebP', () => translucent(W50, H50), [TURN, HUE, to('webp')]],
];

const folder = await mkdtemp(join(process.env.BENCH_DIR ?? os.tmpdir(), 'imagepro-bench-'));
try {
  const rows = [];
  for (const [name, picture, operations] of JOBS) {
    const { main, images } = await mostWhile(uploadForm(await picture(), operations));
    rows.push([name, ...[main, images].map((bytes) => (bytes / MEGABYTE).toFixed(0))]);
  }
  process.stdout.write(`${markdownTable(['one job', 'MB (PSS) of the main process', 'of its image process'], rows)}\n`);
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** The most of both while a service of its own does one job, in bytes. */
async function mostWhile(form: ReturnType<typeof uploadForm>): Promise<{ main: number; images: number }> {
  const env = { WORKER_CONCURRENCY: '1', JOB_DEADLINE_SECONDS: '600' };
  const deployment = await Deployment.embedded(folder, { env });
  const client = await Client.signedIn(deployment.url);
  const most = { main: 0, images: 0 };
  let isOver = false;
  const job = client.serve(form, 50).finally(() => {
    isOver = true;
  });
  while (!isOver) {
    const { main = 0, ...children } = deployment.memory();
    const images = Object.entries(children).flatMap(([process, bytes]) =>
      process.startsWith('images') ? [bytes] : [],
    );
    most.main = Math.max(most.main, main);
    most.images = Math.max(most.images, ...images);
    await setTimeout(SAMPLE_MS);
  }
  await job;
  client.close();
  await deployment.stop();
  return most;
}
