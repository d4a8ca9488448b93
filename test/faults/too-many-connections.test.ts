import { Client } from 'pg';
import { afterEach, expect, test } from 'vitest';
import { image, photograph } from '../support/pictures.ts';
import { PostgreSqlServer } from '../support/servers/postgresql.ts';
import { upload } from '../support/upload.ts';
import { Deployment } from './support/deployment.ts';
import { until } from '../support/until.ts';
import { accepted } from './support/uploads.ts';

const picture = new Uint8Array(await image(photograph(400, 300)).jpeg().toBuffer());

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** Opens connections until PostgreSQL gives none any more; gives back what closes them. */
async function takeEveryConnection(url: string): Promise<() => Promise<void>> {
  const held: Client[] = [];
  for (;;) {
    const client = new Client({ connectionString: url });
    client.on('error', () => undefined);
    try {
      await client.connect();
      held.push(client);
    } catch (error) {
      expect((error as { code?: string }).code).toBe('53300');
      return async () => {
        await Promise.all(held.map((each) => each.end()));
      };
    }
  }
}

test('while other programs hold every connection of PostgreSQL, what needs one is refused for a while, and nothing is lost', async () => {
  const postgresql = await PostgreSqlServer.start();
  closers.push(() => postgresql.stop());
  const deployment = await Deployment.create({ postgresql: postgresql.port });
  closers.push(() => deployment.stop());
  const api = await deployment.start('api');
  const first = await accepted(api, picture);

  const release = await takeEveryConnection(deployment.databaseUrl);
  closers.push(release);
  // A process that starts now says why it cannot.
  await expect(deployment.start('worker')).rejects.toThrow(/connection|clients/);
  // Those that it has serve one request after another; for all at once they are too few.
  const answers = await Promise.all(Array.from({ length: 40 }, () => upload(api, { file: picture })));
  const codes = [...new Set(answers.map(({ status }) => status))].sort();
  expect([[201], [201, 503], [503]]).toContainEqual(codes);
  for (const answer of answers.filter(({ status }) => status === 503)) {
    expect(answer.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
    expect(await answer.json()).toMatchObject({ code: 'unavailable' });
  }
  const made = answers
    .filter(({ status }) => status === 201)
    .map(async (answer) => (await answer.json()) as { id: string });
  const ids = [first, ...(await Promise.all(made)).map(({ id }) => id)];
  expect((await fetch(`${api.url}/health/live`)).status).toBe(200);

  await release();
  await until(
    async () => (await fetch(`${api.url}/health/ready`)).status,
    (status) => status === 200,
  );
  await deployment.start('worker');
  ids.push(await accepted(api, picture));
  const completed = (await deployment.allFinal()).filter(({ status }) => status === 'completed');
  expect(completed.map(({ id }) => id)).toEqual(expect.arrayContaining(ids));
  await deployment.nothingIsLeft();
});
