import { Client } from 'pg';
import { afterEach, expect, test } from 'vitest';
import { image, photograph } from '../support/pictures.ts';
import { PostgreSqlServer } from '../support/servers/postgresql.ts';
import { until } from '../support/until.ts';
import { upload } from '../support/upload.ts';
import { Deployment } from './support/deployment.ts';
import type { RunningProcess } from './support/running-process.ts';
import { accepted } from './support/uploads.ts';

const CONNECTIONS = 30;
const picture = new Uint8Array(await image(photograph(400, 300)).jpeg().toBuffer());

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** What PostgreSQL says to whoever wants one more connection than it has. */
const TOO_MANY = '53300';
const END_OTHERS = `
  select pg_terminate_backend(pid) from pg_stat_activity
  where backend_type = 'client backend' and application_name <> 'another program'`;

/** Other programs, with connections of their own. */
class OtherPrograms {
  private readonly held: Client[] = [];

  constructor(private readonly connectionString: string) {}

  /** Takes the connections that nobody has. */
  async takeFree(): Promise<void> {
    while (await this.takesOne());
  }

  /** Takes those too that others have. */
  async takeAll(): Promise<void> {
    await until(
      async () => {
        await this.held[0]?.query(END_OTHERS);
        await this.takeFree();
        return this.held.length;
      },
      (count) => count === CONNECTIONS,
    );
  }

  async end(): Promise<void> {
    await Promise.all(this.held.splice(0).map((each) => each.end()));
  }

  private async takesOne(): Promise<boolean> {
    const client = new Client({ connectionString: this.connectionString, application_name: 'another program' });
    client.on('error', () => undefined);
    try {
      await client.connect();
    } catch (error) {
      expect((error as { code?: string }).code).toBe(TOO_MANY);
      return false;
    }
    this.held.push(client);
    return true;
  }
}

async function refused(answer: Response): Promise<void> {
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, expect.stringMatching(/^[1-9]\d*$/)]);
  expect(await answer.json()).toMatchObject({ code: 'unavailable' });
}

const manyUploads = (api: RunningProcess) =>
  Promise.all(Array.from({ length: 40 }, () => upload(api, { file: picture })));

test('while other programs hold every connection of PostgreSQL, what needs one is refused for a while, and nothing is lost', async () => {
  const postgresql = await PostgreSqlServer.start(CONNECTIONS);
  closers.push(() => postgresql.stop());
  const deployment = await Deployment.create({ postgresql: postgresql.port });
  closers.push(() => deployment.stop());
  const api = await deployment.start('api');
  const first = await accepted(api, picture);

  const programs = new OtherPrograms(deployment.databaseUrl);
  closers.push(() => programs.end());
  await programs.takeFree();
  // The few that the API still has serve one request after another; how many of these they serve is for the machine to say.
  const answers = await manyUploads(api);
  for (const answer of answers.filter(({ status }) => status !== 201)) await refused(answer);
  const made = answers
    .filter(({ status }) => status === 201)
    .map(async (answer) => (await answer.json()) as { id: string });
  const ids = [first, ...(await Promise.all(made)).map(({ id }) => id)];

  await programs.takeAll();
  for (const answer of await manyUploads(api)) await refused(answer);
  expect((await fetch(`${api.url}/health/ready`)).status).toBe(503);
  expect((await fetch(`${api.url}/health/live`)).status).toBe(200);
  // A process that starts now says why it cannot.
  await expect(deployment.start('worker')).rejects.toThrow(/connection|clients/);

  await programs.end();
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
