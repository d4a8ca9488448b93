import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededRandom } from '../test/support/seeded-random.ts';
import { cameraPhotograph } from './camera-photograph.ts';
import { markdownTable, median, percentile } from './figures.ts';
import { BenchedService } from './service.ts';

/**
 * `npm run bench -- estimates`: how far the estimates of 100 mixed jobs are from what came, |estimated - real| / real, each
 * estimate as the answer to its upload gave it.
 */

const JOBS = 100;
/** Uploads come in bursts, so that some jobs find an empty queue and some a long one. */
const BURST = 20;
const SIZES = [
  [640, 480],
  [1600, 1200],
  [2400, 1800],
  [4000, 3000],
] as const;
const OPERATIONS = [
  [],
  [{ operation_type: 'convert', parameters: { format: 'webp' } }],
  [{ operation_type: 'resize', parameters: { width: 1200, height: 900 } }],
  [{ operation_type: 'filter', parameters: { type: 'blur' } }],
];

interface Image {
  readonly status: string;
  readonly detail_url: string;
  readonly created_at: string;
  readonly completed_at: string;
  readonly estimated_ready_at: string;
}

const random = seededRandom(1);
const pick = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)] as T;

const dataDir = await mkdtemp(join(tmpdir(), 'imagepro-estimates-'));
const service = await BenchedService.start(dataDir);
try {
  const pictures: Buffer[] = [];
  for (const [width, height] of SIZES) {
    pictures.push(await (await cameraPhotograph(width, height, 1)).jpeg({ quality: 90 }).toBuffer());
  }
  const upload = async (): Promise<Image> => {
    const body = new FormData();
    body.set('original_image', new Blob([new Uint8Array(pick(pictures))]), 'bench.jpg');
    body.set('operations', JSON.stringify(pick(OPERATIONS)));
    return (await (await fetch(`${service.url}/api/images/`, { method: 'POST', body })).json()) as Image;
  };
  const finished = async ({ detail_url }: Image): Promise<Image> => {
    for (;;) {
      const image = (await (await fetch(detail_url, { headers: { Prefer: 'wait=30' } })).json()) as Image;
      if (image.completed_at) return image;
    }
  };
  const errors: number[] = [];
  // The first burst measures the pace; its own estimates are guesses.
  for (let made = -BURST; made < JOBS; made += BURST) {
    const images = await Promise.all(Array.from({ length: BURST }, upload));
    const ended = await Promise.all(images.map(finished));
    if (made < 0) continue;
    for (const [index, { completed_at }] of ended.entries()) {
      const { created_at, estimated_ready_at } = images[index] as Image;
      const begun = new Date(created_at).getTime();
      const real = new Date(completed_at).getTime() - begun;
      errors.push(Math.abs(new Date(estimated_ready_at).getTime() - begun - real) / real);
    }
  }
  const percent = (share: number) => `${(share * 100).toFixed(0)} %`;
  const rows = [
    ['median', percent(median(errors))],
    ['95 %', percent(percentile(errors, 0.95))],
  ];
  process.stdout.write(`${markdownTable([`error of ${errors.length} estimates`, ''], rows)}\n`);
} finally {
  await service.stop();
  await rm(dataDir, { recursive: true });
}
