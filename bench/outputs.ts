import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { Client, uploadForm } from './client.ts';
import { Deployment, ofService, spent } from './deployment.ts';
import { markdownTable, median } from './figures.ts';
import { photographs } from './photographs.ts';

/**
 * `npm run bench -- outputs`: CPU of the whole service for five WebP renditions of a photograph of 12 MP, as five jobs of
 * their own and as one job with five outputs, beside bare sharp's five pipelines. The client lets the service answer when
 * the job is done (`Prefer: wait`), and downloads nothing.
 */

const WIDTHS = [1600, 1200, 800, 400, 200];
const ROUNDS = Number(process.env.ROUNDS ?? 5);
const rendition = (width: number) => [
  { operation_type: 'resize', parameters: { width, height: (width * 3) / 4 } },
  { operation_type: 'convert', parameters: { format: 'webp' } },
  { operation_type: 'compress', parameters: { quality: 80 } },
];
const outputs = WIDTHS.map((width) => ({ name: `w${width}`, operations: rendition(width) }));

// As the service encodes: quality 80, the effort of `balanced`; and sharp's own effort beside it.
sharp.concurrency(1);
sharp.cache(false);

const folder = await mkdtemp(join(process.env.BENCH_DIR ?? os.tmpdir(), 'imagepro-bench-'));
const deployment = await Deployment.embedded(folder);
try {
  const { '12 MP': paths } = await photographs(folder);
  const client = await Client.signedIn(deployment.url);
  const pictures = await Promise.all(paths.map((path) => readFile(path)));
  const works: [name: string, work: (index: number) => Promise<void>, cpu: () => number][] = [
    ['five jobs', (index) => asJobs(client, pictures[index] as Buffer), serviceCpu],
    ['one job, five outputs', (index) => asOutputs(client, pictures[index] as Buffer), serviceCpu],
    ['bare sharp, five pipelines', (index) => asPipelines(paths[index] as string), ownCpu],
  ];
  const figures = works.map((): number[] => []);
  // In turns, so that what else the machine does falls on all of them; the first round warms up.
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const [i, [, work, cpu]] of works.entries()) {
      const before = cpu();
      for (let index = 0; index < pictures.length; index += 1) await work(index);
      if (round > 0) figures[i]?.push((cpu() - before) / pictures.length);
    }
  }
  client.close();
  const [separate = Number.NaN] = figures.map(median);
  const rows = works.map(([name], i) => {
    const cpu = median(figures[i] ?? []);
    return [name, cpu.toFixed(0), Math.max(...(figures[i] ?? [])).toFixed(0), (cpu / separate).toFixed(2)];
  });
  const head = [`12 MP to ${WIDTHS.join(', ')} WebP`, 'CPU a photograph, ms', 'worst', 'of five jobs'];
  process.stdout.write(`${markdownTable(head, rows)}\n`);
} finally {
  await deployment.stop();
  await rm(folder, { recursive: true });
}

function serviceCpu(): number {
  return ofService(spent({}, deployment.cpu(), 1));
}

function ownCpu(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

async function asJobs(client: Client, picture: Buffer): Promise<void> {
  for (const width of WIDTHS) await client.process(uploadForm(picture, rendition(width)));
}

async function asOutputs(client: Client, picture: Buffer): Promise<void> {
  await client.process(uploadForm(picture, outputs, 'outputs'));
}

async function asPipelines(path: string): Promise<void> {
  for (const width of WIDTHS) {
    const image = sharp(path).resize(width, (width * 3) / 4, { fit: 'fill' });
    await image.webp({ quality: 80, effort: 2 }).toFile(join(folder, 'bare.webp'));
  }
}
