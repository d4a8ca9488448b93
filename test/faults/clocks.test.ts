import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { image, photograph } from '../support/pictures.ts';
import { Deployment } from './support/deployment.ts';
import { clockOffBy } from './support/shifted-clock.ts';
import { accepted } from './support/uploads.ts';

const HOUR = 3600;
/** Far more than a test takes, far less than the clocks are off. */
const NEAR_SECONDS = 600;
const MOMENTS = ['created_at', 'available_at', 'started_at', 'alive_at', 'completed_at'];

const picture = new Uint8Array(await image(photograph(400, 300)).jpeg().toBuffer());

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function newDeployment(env: NodeJS.ProcessEnv = {}): Promise<Deployment> {
  const deployment = await Deployment.create({}, env);
  closers.push(() => deployment.stop());
  return deployment;
}

test.each([
  ['ahead of', HOUR, -HOUR],
  ['behind', -HOUR, HOUR],
])(
  'an API whose clock is two hours %s its worker: the job is done, and all its moments are of one clock',
  async (_how, ofApi, ofWorker) => {
    const deployment = await newDeployment();
    const api = await deployment.start('api', clockOffBy(ofApi));
    const worker = await deployment.start('worker', clockOffBy(ofWorker));
    const id = await accepted(api, picture);
    await deployment.allCompleted([id]);
    const off = MOMENTS.map((moment) => `abs(extract(epoch from ${moment} - now())) as ${moment}`);
    const [moments = {}] = await deployment.query<Record<string, string>>(`select ${off} from image_jobs`);
    for (const moment of MOMENTS) expect(Number(moments[moment]), moment).toBeLessThan(NEAR_SECONDS);
    expect((await fetch(`${api.url}/api/images/${id}/download/`)).status).toBe(200);
    for (const { log } of [api, worker]) {
      expect(log.filter((line) => line.includes("the database's, which counts"))).toHaveLength(1);
    }
    await deployment.nothingIsLeft();
  },
);

test('a worker whose clock is an hour ahead leaves living jobs to those who have them, and takes up dead ones', async () => {
  const deployment = await newDeployment({ ANONYMOUS_DOWNLOAD_SECONDS: '1' });
  const api = await deployment.start('api');
  const held = await accepted(api, picture);
  const aliveAt = (moment: string) =>
    deployment.query(`update image_jobs set alive_at = ${moment} where id = '${held}'`);
  // As another worker has it that lives until the test says otherwise.
  await deployment.query("update image_jobs set status = 'processing', attempt = 1, version = 2, started_at = now()");
  let lives = true;
  const beats = (async () => {
    for (; lives; await pause(1000)) await aliveAt('now()');
  })();
  closers.push(() => {
    lives = false;
    return beats;
  });
  await deployment.start('worker', clockOffBy(HOUR));
  for (let expired = 1; expired <= 3; expired += 1) {
    await accepted(api, picture);
    // Swept by the one worker there is, which looks for dead workers as often.
    await deployment.reached('expired', expired);
  }
  expect((await deployment.jobs()).find(({ id }) => id === held)).toMatchObject({ status: 'processing', attempt: 1 });
  lives = false;
  await beats;
  await aliveAt("now() - interval '10 minutes'");
  await deployment.reached('expired', 4);
  expect((await deployment.jobs()).find(({ id }) => id === held)).toMatchObject({ attempt: 2 });
  await deployment.nothingIsLeft();
});
