import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import autocannon from 'autocannon';
import { image, photograph } from '../test/support/pictures.ts';
import { markdownTable, median } from './figures.ts';
import type { ProductionServers } from './production-servers.ts';
import { BenchedService } from './service.ts';
import { StoredJobs } from './stored-jobs.ts';

const ROUNDS = Number(process.env.ROUNDS ?? 3);
const JOBS = Number(process.env.JOBS ?? 1_000_000);
const SECONDS = 4;
const CONNECTIONS = 32;

/** Requests a second of a job's `GET`, with few jobs in the table and with very many, beside a bare NestJS hello. */
export async function compareReads(servers: ProductionServers, folder: string): Promise<string> {
  const hello = await Hello.start();
  const few = await Deployment.start(servers, join(folder, 'few'));
  const many = await Deployment.start(servers, join(folder, 'many'));
  try {
    await many.jobs.add(JOBS, 'completed');
    const small = BenchedService.form(await image(photograph(320, 240)).jpeg().toBuffer(), []);
    const urls = [
      hello.url,
      (await few.service.process(small)).detail_url,
      (await many.service.process(small)).detail_url,
    ];
    const rates: number[][] = urls.map(() => []);
    for (const url of urls) await requestsPerSecond(url, 2);
    for (let turn = 0; turn < ROUNDS; turn += 1) {
      for (const [index, url] of urls.entries()) rates[index]?.push(await requestsPerSecond(url, SECONDS));
    }
    const [bare = Number.NaN, ofFew = Number.NaN, ofMany = Number.NaN] = rates.map(median);
    const count = JOBS.toLocaleString('en');
    return markdownTable(
      ['requests', 'a second', 'ratio', 'goal'],
      [
        ['bare NestJS hello', bare.toFixed(0), '', ''],
        ['GET of a job, 1 in the table', ofFew.toFixed(0), `${(ofFew / bare).toFixed(2)} of hello`, '≥ 0.3, aim 0.5'],
        [
          `GET of a job, ${count} in the table`,
          ofMany.toFixed(0),
          `${(ofMany / ofFew).toFixed(2)} of 1 in the table`,
          '≥ 0.9',
        ],
      ],
    );
  } finally {
    await Promise.all([hello.stop(), few.stop(), many.stop()]);
  }
}

async function requestsPerSecond(url: string, duration: number): Promise<number> {
  const { requests, non2xx, errors } = await autocannon({ url, duration, connections: CONNECTIONS });
  if (non2xx + errors > 0) throw new Error(`Expected 200 of ${url}, received ${non2xx} others and ${errors} errors`);
  return requests.average;
}

/** One process of the production profile on servers of its own. */
class Deployment {
  readonly service: BenchedService;
  readonly jobs: StoredJobs;

  private constructor(service: BenchedService, jobs: StoredJobs) {
    this.service = service;
    this.jobs = jobs;
  }

  static async start(servers: ProductionServers, dataDir: string): Promise<Deployment> {
    const settings = await servers.settings();
    return new Deployment(await BenchedService.start(dataDir, settings), await StoredJobs.at(settings.DATABASE_URL));
  }

  async stop(): Promise<void> {
    await this.service.stop();
    await this.jobs.close();
  }
}

/** The bare application, as a process of its own. */
class Hello {
  readonly url: string;
  readonly #process: ChildProcess;

  private constructor(child: ChildProcess, port: number) {
    this.#process = child;
    this.url = `http://127.0.0.1:${port}/`;
  }

  static async start(): Promise<Hello> {
    const child = fork(join(import.meta.dirname, 'hello.child.ts'));
    const [port] = (await once(child, 'message')) as [number];
    return new Hello(child, port);
  }

  async stop(): Promise<void> {
    const exit = once(this.#process, 'exit');
    this.#process.disconnect();
    await exit;
  }
}
