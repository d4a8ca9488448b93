import { afterAll, describe, expect, test } from 'vitest';
import type { BatchDto } from '../support/answers.ts';
import { ApiClient, type TokenPair } from '../support/api-client.ts';
import { BatchesApi } from '../support/batches-api.ts';
import { image, photograph } from '../support/pictures.ts';
import { until } from '../support/until.ts';
import { Scene } from './support/scene.ts';

const jpeg = await image(photograph(1200, 900)).jpeg().toBuffer();
const FILES = Array.from({ length: 30 }, (_, n) => ({ name: `${n}.jpg`, bytes: jpeg }));
const SMALLER = [{ operation_type: 'resize', parameters: { width: 400, height: 300 } }];
const ENOUGH = { THROTTLE_AUTHENTICATED_PER_MINUTE: '100000', ACCESS_TOKEN_SECONDS: '86400' };

describe.concurrent('in the middle of a batch', () => {
  const scenes: Scene[] = [];
  afterAll(async () => {
    for (const scene of scenes) await scene.clear();
  });

  async function set(): Promise<{ scene: Scene; tokens: TokenPair }> {
    const scene = await Scene.set(ENOUGH);
    scenes.push(scene);
    return { scene, tokens: await new ApiClient(scene.api.url).newAccount('sender') };
  }

  test('API and worker are killed: each job is final once, and the counts are right', async () => {
    const { scene, tokens } = await set();
    const { deployment, gate, api } = scene;
    const { id, images } = await new BatchesApi(api, tokens).submit(FILES, SMALLER);
    // The worker comes so far, and no further.
    const reading = gate.hold('GET', /\/original/, 'start', FILES.length / 2);
    const worker = await deployment.start('worker');
    await deployment.reached('completed', 5);
    await Promise.all([worker, api].map((process) => deployment.end(process, 'SIGKILL')));
    expect((await deployment.jobs()).filter(({ status }) => status !== 'completed')).not.toEqual([]);
    reading.release();
    const [next] = await Promise.all([deployment.start('api'), deployment.start('worker')]);
    const batches = new BatchesApi(next, tokens);
    const done = await until(
      () => batches.show(id),
      ({ status }) => status === 'completed',
    );
    expect(done).toMatchObject({ total: 30, pending: 0, processing: 0, completed: 30, failed: 0, refused: 0 });
    expect(done.images.map(({ detail_url: url }) => url)).toEqual(images.map(({ detail_url: url }) => url));
    await deployment.allCompleted(images.map(({ detail_url: url }) => url?.split('/').at(-2) ?? ''));
    // Only what the dead worker had in hand was begun twice.
    expect((await deployment.jobs()).filter(({ attempt }) => attempt > 1).length).toBeLessThanOrEqual(2);
    await deployment.nothingIsLeft();
  });

  test('the API is killed while it takes the files in: nothing is left of it, and it can be sent again', async () => {
    const { scene, tokens } = await set();
    const { deployment, gate, api } = scene;
    await deployment.start('worker');
    const storing = gate.hold('PUT', /\/original/, 'half');
    const key = { 'Idempotency-Key': 'sent again' };
    const sending = new BatchesApi(api, tokens)
      .upload(FILES.slice(0, 5), SMALLER, key)
      .catch((error: unknown) => error);
    await storing.reached;
    await deployment.end(api, 'SIGKILL');
    storing.release();
    expect(await sending).toBeInstanceOf(Error);
    expect(await deployment.jobs()).toEqual([]);
    expect(await deployment.query('select id from batches')).toEqual([]);
    const again = new BatchesApi(await deployment.start('api'), tokens);
    const made = await again.submit(FILES.slice(0, 5), SMALLER);
    expect(await again.whenFinal(made.id)).toMatchObject({ status: 'completed', completed: 5 });
    // The dead request holds its key for a minute.
    const keyed = await until(
      () => again.upload(FILES.slice(0, 5), SMALLER, key),
      ({ status }) => status === 201,
      1000,
    );
    const { id } = (await keyed.json()) as BatchDto;
    expect(await again.whenFinal(id)).toMatchObject({ total: 5, completed: 5 });
    expect(await deployment.query('select id from batches')).toHaveLength(2);
    await deployment.nothingIsLeft();
  });
});
