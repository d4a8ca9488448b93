import { afterEach, expect, test } from 'vitest';
import { image, photograph } from '../support/pictures.ts';
import { PostgreSqlServer } from '../support/servers/postgresql.ts';
import { until, untilNone } from '../support/until.ts';
import { upload } from '../support/upload.ts';
import { Deployment } from './support/deployment.ts';
import { acceptedIn, SteadyLoad, unexpected } from './support/steady-load.ts';
import { accepted } from './support/uploads.ts';
import { signedIn, visitors } from './support/visitors.ts';

const picture = new Uint8Array(await image(photograph(400, 300)).jpeg().toBuffer());

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A PostgreSQL that may be stopped, and a deployment on it. */
async function onOwnPostgreSql(env: NodeJS.ProcessEnv = {}) {
  const postgresql = await PostgreSqlServer.start();
  closers.push(() => postgresql.stop());
  const deployment = await Deployment.create({ postgresql: postgresql.port }, env);
  closers.push(() => deployment.stop());
  return { postgresql, deployment };
}

test('while PostgreSQL restarts under load requests are refused for a while; then all goes on by itself', async () => {
  const { postgresql, deployment } = await onOwnPostgreSql({ THROTTLE_AUTHENTICATED_PER_MINUTE: '100000' });
  const api = await deployment.start('api');
  await deployment.start('worker');
  const first = await accepted(api, picture);
  const load = new SteadyLoad(50, visitors(api, picture, first, await signedIn(api)));
  const more = async (count: number, refused: boolean) => {
    const seen = () => load.answers.filter(({ status }) => (status === 503) === refused).length;
    const before = seen();
    await until(seen, (now) => now >= before + count);
  };
  // Once asked to end, and once as if it had crashed.
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
    await more(40, false);
    await postgresql.halt(signal);
    await more(40, true);
    expect((await fetch(`${api.url}/health/ready`)).status).toBe(503);
    expect((await fetch(`${api.url}/health/live`)).status).toBe(200);
    await postgresql.resume();
    await more(40, false);
  }
  const answers = await load.stop();
  expect(unexpected(answers)).toEqual([]);
  // Of one that was refused the row may be there, if PostgreSQL ended between writing it and saying so.
  const completed = (await deployment.allFinal()).filter(({ status }) => status === 'completed');
  expect(completed.map(({ id }) => id)).toEqual(expect.arrayContaining([first, ...acceptedIn(answers)]));
  await deployment.nothingIsLeft();
});

test('an upload whose job PostgreSQL has written without saying so is refused, and its job is erased or done like any other', async () => {
  const { deployment } = await onOwnPostgreSql();
  const api = await deployment.start('api');
  const waitsForStandby = (names: string) =>
    deployment
      .query(`alter system set synchronous_standby_names = '${names}'`)
      .then(() => deployment.query('select pg_reload_conf()'));
  const committing = () =>
    deployment.query<{ pid: number }>("select pid from pg_stat_activity where wait_event = 'SyncRep'");
  // Oftener than a process has connections: each has to find its way back.
  for (let n = 0; n < 12; n += 1) {
    // A commit is written, and then waits for a standby that is not there; who is ended in this state has committed.
    await waitsForStandby('nobody');
    const refused = upload(api, { file: picture });
    const [{ pid = 0 } = {}] = await until(committing, (found) => found.length === 1);
    await deployment.query(`select pg_terminate_backend(${pid})`);
    // Not before it is gone: it would be told that the standby is not needed, and answer.
    await untilNone(() => deployment.query(`select pid from pg_stat_activity where pid = ${pid}`));
    await waitsForStandby('');
    expect((await refused).status).toBe(503);
    // The refusal does not wait until its job is erased, which is a commit too.
    await untilNone(() => deployment.jobs());
  }
  const id = await accepted(api, picture);
  await deployment.start('worker');
  const jobs = await deployment.allFinal();
  expect(jobs.filter(({ status }) => status !== 'completed')).toEqual([]);
  expect(jobs.map((job) => job.id)).toContain(id);
  await deployment.nothingIsLeft();
});

test('a PostgreSQL that only reads refuses changes for a while, and the process is not ready; reads go on', async () => {
  const { deployment } = await onOwnPostgreSql();
  const api = await deployment.start('api');
  await deployment.start('worker');
  const first = await accepted(api, picture);
  await deployment.allCompleted([first]);
  const readOnly = async (setting: 'on' | 'off') => {
    const [{ name = '' } = {}] = await deployment.query<{ name: string }>('select current_database() as name');
    // As after a failover to a server that still follows another: connections are made anew.
    await deployment.query(`alter database ${name} set default_transaction_read_only = ${setting}`);
    await deployment.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    );
  };
  await readOnly('on');
  const done = [first];
  const refused = await until(
    async () => {
      const answer = await upload(api, { file: picture });
      if (answer.status === 201) done.push(((await answer.json()) as { id: string }).id);
      return answer;
    },
    ({ status }) => status !== 201,
  );
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
  expect(await refused.json()).toMatchObject({ code: 'unavailable' });
  expect((await fetch(`${api.url}/health/ready`)).status).toBe(503);
  expect((await fetch(`${api.url}/api/images/${first}/`)).status).toBe(200);
  await readOnly('off');
  await until(
    () => fetch(`${api.url}/health/ready`),
    ({ status }) => status === 200,
  );
  done.push(await accepted(api, picture));
  await deployment.allCompleted(done);
  await deployment.nothingIsLeft();
});
