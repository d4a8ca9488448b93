import { afterEach, beforeEach, expect, test } from 'vitest';
import { image, photograph } from '../support/pictures.ts';
import { Deployment } from './support/deployment.ts';
import { accepted, manyAccepted } from './support/uploads.ts';

const picture = new Uint8Array(await image(photograph(1600, 1200)).jpeg().toBuffer());

let deployment: Deployment;
beforeEach(async () => {
  deployment = await Deployment.create();
});
afterEach(() => deployment.stop());

test('what was accepted is done, though the API is killed right after its answer and Redis forgets everything', async () => {
  const api = await deployment.start('api');
  const id = await accepted(api, picture);
  await deployment.end(api, 'SIGKILL');
  await deployment.redis.flushdb();
  await deployment.start('worker');
  await deployment.allCompleted([id]);
  await deployment.nothingIsLeft();
});

test('two workers are replaced one after the other during 200 jobs: each job is done once', async () => {
  const api = await deployment.start('api');
  const [one, two] = [await deployment.start('worker'), await deployment.start('worker')];
  const ids = manyAccepted(api, picture, 200);
  await deployment.reached('completed', 10);
  for (const old of [one, two]) {
    const replacement = deployment.start('worker');
    expect(await deployment.end(old, 'SIGTERM')).toEqual({ code: null, signal: 'SIGTERM' });
    await replacement;
  }
  await deployment.allCompleted(await ids);
  // A change each for the upload, the one claim and the one publication: none was given back when the grace was over.
  expect((await deployment.jobs()).filter(({ attempt, version }) => attempt !== 1 || version !== 3)).toEqual([]);
  await deployment.nothingIsLeft();
});
