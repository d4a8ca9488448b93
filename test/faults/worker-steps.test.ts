import { afterAll, describe, expect, test } from 'vitest';
import { image, photograph } from '../support/pictures.ts';
import { familyOf, ticksOf } from '../support/processes.ts';
import type { RowLock } from './support/row-lock.ts';
import type { RunningProcess } from './support/running-process.ts';
import { Scene } from './support/scene.ts';
import { until } from './support/until.ts';
import { accepted, manyAccepted } from './support/uploads.ts';

const picture = new Uint8Array(await image(photograph(800, 600)).jpeg().toBuffer());
/** Seconds of work on a small file. */
const LONG_WORK = [
  { operation_type: 'resize', parameters: { width: 4000, height: 3000 } },
  { operation_type: 'convert', parameters: { format: 'webp' } },
  { operation_type: 'compress', parameters: { quality: 80, effort: 'small' } },
];

// They run side by side: each waits until its worker is known to be dead.
describe.concurrent('a worker is killed', () => {
  const scenes: Scene[] = [];
  const set = async (env?: NodeJS.ProcessEnv) => {
    const scene = await Scene.set(env);
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
    const process = await lock.waiting('outputs');
    await scene.kill(worker);
    await lock.terminate(process);
    await lock.release();
    await scene.completes(id, 2);
  });

  test('while it publishes: what is published stays, and the rest of its work is done for it', async () => {
    const scene = await set();
    const [id, worker, lock] = await publishing(scene);
    await lock.waiting('outputs');
    await scene.kill(worker);
    await lock.release();
    await scene.deployment.reached('completed', 1);
    await scene.completes(id, 1);
  });

  test('while it erases a result that has expired: nobody can have it meanwhile, and another worker goes on', async () => {
    const scene = await set({ ANONYMOUS_DOWNLOAD_SECONDS: '1' });
    const download = async (id: string) => (await fetch(`${scene.api.url}/api/images/${id}/download/`)).status;
    const erasing = scene.gate.hold('POST', /delete/, 'start');
    const id = await accepted(scene.api, picture);
    const worker = await scene.deployment.start('worker');
    await erasing.reached;
    expect(await download(id)).toBe(410);
    const lock = await scene.deployment.lock(id);
    erasing.release();
    const process = await lock.waiting('status');
    await scene.kill(worker);
    await lock.terminate(process);
    await lock.release();
    expect(await scene.deployment.jobs()).toMatchObject([{ id, status: 'completed' }]);
    expect(await download(id)).toBe(410);
    await scene.deployment.start('worker');
    await scene.deployment.reached('expired', 1);
    expect(await download(id)).toBe(410);
    await scene.deployment.nothingIsLeft();
  });

  test('with two jobs in hand and more that wait: another one takes them all up', async () => {
    const scene = await set({ WORKER_CONCURRENCY: '2' });
    const worker = await scene.deployment.start('worker');
    const ids = await manyAccepted(scene.api, picture, 30);
    await scene.deployment.reached('processing', 1);
    await scene.deployment.end(worker, 'SIGKILL');
    await scene.deployment.start('worker');
    await scene.deployment.allCompleted(ids);
    await scene.deployment.nothingIsLeft();
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
