import { readFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import type { BenchRun } from '../bench-run.ts';
import { Client, type Image, uploadForm } from '../client.ts';
import { Deployment } from '../deployment.ts';
import { markdownTable } from '../figures.ts';
import { SMALLEST_WORK } from '../works.ts';

const REPEATED = 20;
/** What the service does by itself is counted for so long. */
const IDLE_MS = 10_000;
/** Sweeps as seldom as may be; no deadline ends while the image processes stand still. */
const QUIET = { SWEEP_SECONDS: '10', JOB_DEADLINE_SECONDS: '3600' };

/** Statements sent to the database, one thing after the other, so that nothing is read together. */
export async function measureStatements(run: BenchRun): Promise<void> {
  const options = { env: QUIET, preloads: ['count-statements'] } as const;
  const columns = [
    await countProfile(run, await Deployment.embedded(run.folder, options)),
    await countProfile(run, await Deployment.production(run.servers, run.folder, options)),
  ];
  const rows = Object.keys(columns[0] ?? {}).map((name) => [
    name,
    ...columns.map((counts) => (counts[name] ?? 0).toFixed(1)),
  ]);
  run.say(markdownTable(['statements', 'SQLite', 'PostgreSQL'], rows));
}

async function countProfile(run: BenchRun, deployment: Deployment): Promise<Record<string, number>> {
  try {
    const client = await Client.signedIn(deployment.url);
    const form = uploadForm(await readFile(run.photographs['2 MP'][0] as string), SMALLEST_WORK.operations);
    const done = (await client.process(form)).image;
    const statements = async (act: () => Promise<unknown>): Promise<number> => {
      const before = await deployment.statements();
      for (let turn = 0; turn < REPEATED; turn += 1) await act();
      return ((await deployment.statements()) - before) / REPEATED;
    };
    const before = await deployment.statements();
    await setTimeout(IDLE_MS);
    const idle = (((await deployment.statements()) - before) / IDLE_MS) * 1000;
    const whole = await statements(() => client.process(form));
    const polled = await statements(() => client.serve(form, 50));
    const poll = await statements(() => client.image(done));
    const download = await statements(() => client.download(done));
    deployment.freezeImages();
    const waiting: Image[] = [];
    const post = await statements(async () => waiting.push(await client.submit(form)));
    const waitingPoll = await statements(() => client.image(waiting.at(-1) as Image));
    return {
      'a POST, until it is answered and its job waits': post,
      'a job, with Prefer: wait, until its result is ready (goal ≤ 7)': whole,
      'a job, polled every 50 ms, and its download': polled,
      'a poll of a job that waits (goal ≤ 2)': waitingPoll,
      'a poll of a job that is done (goal ≤ 2)': poll,
      'a download': download,
      'a second in which nothing happens': idle,
    };
  } finally {
    await deployment.stop();
  }
}
