import { afterAll, describe, expect, test } from 'vitest';
import { ApiClient } from '../support/api-client.ts';
import { image, photograph } from '../support/pictures.ts';
import type { RowLock } from './support/row-lock.ts';
import { Scene } from './support/scene.ts';
import { SeveralOutputs } from './support/several-outputs.ts';
import { STEPS } from './support/steps.ts';
import { accepted, manyAccepted } from './support/uploads.ts';

const picture = new Uint8Array(await image(photograph(800, 600)).jpeg().toBuffer());

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

  test.each(STEPS.map((step) => [step.name, step] as const))('%s', async (_name, { kill, attempt, operations }) => {
    const scene = await set();
    const id = await accepted(scene.api, picture, operations);
    await kill(scene, id);
    await scene.completes({ [id]: attempt });
  });

  test('with four outputs in hand, at each of these steps: none of them is seen before all are, once', async () => {
    const scene = await set({ ACCESS_TOKEN_SECONDS: '86400', THROTTLE_AUTHENTICATED_PER_MINUTE: '100000' });
    const sender = new SeveralOutputs(scene.api, await new ApiClient(scene.api.url).newAccount('sender'));
    const attempts: Record<string, number> = {};
    const locks: RowLock[] = [];
    for (const { kill, attempt, operations } of STEPS) {
      const id = await sender.accepted(picture, operations);
      await kill(scene, id);
      // What is published in the moment of the worker's death is published whole.
      if (attempt === 1) await sender.seesAll(id);
      else await sender.seesNone(id);
      attempts[id] = attempt;
      // The workers of the next steps leave it to the last one, however slow the machine.
      locks.push(await scene.deployment.lock(id));
    }
    for (const lock of locks) await lock.release();
    await scene.completes(attempts);
    await sender.isServed(Object.keys(attempts));
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
    const ids = await manyAccepted(scene.api, picture, 30);
    const reading = scene.gate.hold('GET', /\/original/, 'start');
    const worker = await scene.deployment.start('worker');
    await scene.deployment.reached('processing', 2);
    await scene.deployment.end(worker, 'SIGKILL');
    reading.release();
    await scene.deployment.start('worker');
    await scene.deployment.allCompleted(ids);
    await scene.deployment.nothingIsLeft();
  });
});
