import { afterAll, describe, expect, test } from 'vitest';
import { image, photograph } from '../support/pictures.ts';
import { Deployment } from './support/deployment.ts';
import { alive, familyOf, ticksOf } from './support/processes.ts';
import type { RowLock } from './support/row-lock.ts';
import type { RunningProcess } from './support/running-process.ts';
import { S3Gate } from './support/s3-gate.ts';
import { until, untilNone } from './support/until.ts';
import { accepted } from './support/uploads.ts';

const picture = new Uint8Array(await image(photograph(800, 600)).jpeg().toBuffer());
/** Seconds of work on a small file. */
const LONG_WORK = [
  { operation_type: 'resize', parameters: { width: 4000, height: 3000 } },
  { operation_type: 'convert', parameters: { format: 'webp' } },
  { operation_type: 'compress', parameters: { quality: 80, effort: 'small' } },
];

/** One job, one worker that is killed, and whatever can hold it at a step. */
class Scene {
  private constructor(
    readonly gate: S3Gate,
    readonly deployment: Deployment,
    readonly api: RunningProcess,
  ) {}

  static async set(): Promise<Scene> {
    const gate = await S3Gate.open();
    const deployment = await Deployment.create({ s3: gate.port });
    return new Scene(gate, deployment, await deployment.start('api'));
  }

  /** Kills the worker and sees its children die with it. */
  async kill(worker: RunningProcess): Promise<void> {
    const family = familyOf(worker.pid);
    // The worker itself, and a child for its one job.
    expect(family).toHaveLength(2);
    await this.deployment.end(worker, 'SIGKILL');
    await untilNone(() => alive(family));
  }

  /** Another worker completes the job with this attempt, and leaves its one result and nothing else. */
  async completes(id: string, attempt: number): Promise<void> {
    await this.deployment.start('worker');
    await this.deployment.allCompleted([id]);
    // A change each: the upload, two for each attempt that was given back, two for the one that counts.
    expect(await this.deployment.jobs()).toEqual([{ id, status: 'completed', attempt, version: 1 + 2 * attempt }]);
    await this.deployment.nothingIsLeft();
  }

  async clear(): Promise<void> {
    await this.deployment.stop();
    await this.gate.close();
  }
}

// They run side by side: each waits until its worker is known to be dead.
describe.concurrent('a worker is killed', () => {
  const scenes: Scene[] = [];
  const set = async () => {
    const scene = await Scene.set();
    scenes.push(scene);
    return scene;
  };
  afterAll(async () => {
    for (const scene of scenes) await scene.clear();
  });

  test('while it claims a job: the claim is written, and nobody works under it', async () => {
    const scene = await set();
    const id = await accepted(scene.api, picture);
    const lock = await scene.deployment.lock(id);
    const worker = await scene.deployment.start('worker');
    await lock.waiting('attempt');
    await scene.kill(worker);
    await lock.release();
    await scene.deployment.reached('processing', 1);
    await scene.completes(id, 2);
  });

  test('while it reads the original', async () => {
    const scene = await set();
    const reading = scene.gate.hold('GET', /\/original/, 'half');
    const id = await accepted(scene.api, picture);
    const worker = await scene.deployment.start('worker');
    await reading.reached;
    await scene.kill(worker);
    reading.release();
    await scene.completes(id, 2);
  });

  test('while its child transforms the picture', async () => {
    const scene = await set();
    const worker = await scene.deployment.start('worker');
    const [, child = 0] = familyOf(worker.pid);
    const before = ticksOf(child);
    const id = await accepted(scene.api, picture, LONG_WORK);
    await until(
      () => ticksOf(child) - before,
      (ticks) => ticks > 20,
    );
    expect(await scene.deployment.jobs()).toMatchObject([{ status: 'processing' }]);
    await scene.kill(worker);
    await scene.completes(id, 2);
  });

  test('while it writes the result', async () => {
    const scene = await set();
    const writing = scene.gate.hold('PUT', /\/result-1/, 'half');
    const id = await accepted(scene.api, picture);
    const worker = await scene.deployment.start('worker');
    await writing.reached;
    await scene.kill(worker);
    writing.release();
    await scene.completes(id, 2);
  });

  test('before it publishes: the stored result of the dead attempt is erased', async () => {
    const scene = await set();
    const [id, worker, lock] = await publishing(scene);
    const process = await lock.waiting('result');
    await scene.kill(worker);
    await lock.terminate(process);
    await lock.release();
    await scene.completes(id, 2);
  });

  test('while it publishes: what is published stays, and the rest of its work is done for it', async () => {
    const scene = await set();
    const [id, worker, lock] = await publishing(scene);
    await lock.waiting('result');
    await scene.kill(worker);
    await lock.release();
    await scene.deployment.reached('completed', 1);
    await scene.completes(id, 1);
  });
});

/** A job whose worker has stored its result, and waits to publish it. */
async function publishing({ gate, deployment, api }: Scene): Promise<[id: string, RunningProcess, RowLock]> {
  const reading = gate.hold('GET', /\/original/, 'half');
  const id = await accepted(api, picture);
  const worker = await deployment.start('worker');
  await reading.reached;
  const lock = await deployment.lock(id);
  reading.release();
  return [id, worker, lock];
}
