import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, describe, expect, test } from 'vitest';
import { PostgreSqlServer } from '../support/servers/postgresql.ts';
import { freePort } from '../support/servers/program.ts';
import { RedisServer } from '../support/servers/redis.ts';
import { until } from '../support/until.ts';
import { Deployment } from './support/deployment.ts';
import { SmallDisk } from './support/small-disk.ts';

const MAIN = join(import.meta.dirname, '../../dist/main.js');
const MIGRATE = join(import.meta.dirname, '../../dist/commands/migrate.command.js');
const SECRET = 'correct-horse-battery';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'imagepro-faults-'));
  closers.push(() => rm(path, { recursive: true, force: true }));
  return path;
}

/** Runs a program of the service that has to end by itself: what it said, which is a sentence and no log before it. */
function refused(env: NodeJS.ProcessEnv, { before = [] as string[], program = MAIN, uid = process.getuid?.() } = {}) {
  const [command = '', ...args] = [...before, process.execPath, program];
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  const settings = { PATH, NODE_COMPILE_CACHE, LOG_LEVEL: 'silent', ...env };
  return new Promise<string>((resolve, reject) => {
    execFile(command, args, { env: settings, cwd: tmpdir(), uid }, (error, stdout, stderr) => {
      if (error?.code !== 1) return reject(new Error(`It ended with ${error?.code}: ${stderr}`, { cause: error }));
      const reason = stderr.split(/cannot start\.\n|up to date\.\n/).at(-1) ?? '';
      if (`${stdout}${stderr}`.includes(SECRET)) reject(new Error(`It tells the secret: ${stdout}${stderr}`));
      // A sentence, not where in the program it came from, nor what the framework did before.
      if (/\n\s+at |\[Nest\]/.test(stdout + stderr))
        reject(new Error(`It shows more than a sentence: ${stdout}${stderr}`));
      resolve(reason);
    });
  });
}

describe('the production profile says why it cannot start:', () => {
  async function environment(): Promise<NodeJS.ProcessEnv> {
    const deployment = await Deployment.create();
    closers.push(() => deployment.stop());
    return { ...deployment.environment, PORT: '0' };
  }

  /** The same for every process, and for the operator's command. */
  async function bothSay(env: NodeJS.ProcessEnv, reason: string): Promise<void> {
    for (const role of ['api', 'worker']) expect(await refused({ ...env, APP_ROLE: role })).toContain(reason);
    expect(await refused(env, { program: MIGRATE })).toContain(reason);
  }

  test('PostgreSQL is away', async () => {
    const port = await freePort();
    const env = { ...(await environment()), DATABASE_URL: `postgres://imagepro:${SECRET}@127.0.0.1:${port}/imagepro` };
    await bothSay(
      env,
      `DATABASE_URL: expected a PostgreSQL that answers and lets this service in, received: connect ECONNREFUSED 127.0.0.1:${port}`,
    );
  });

  test('PostgreSQL knows another password, or no such database', async () => {
    const postgresql = await PostgreSqlServer.start();
    closers.push(() => postgresql.stop());
    const deployment = await Deployment.create({ postgresql: postgresql.port });
    closers.push(() => deployment.stop());
    const [{ hba_file: path = '' } = {}] = await deployment.query<{ hba_file: string }>('show hba_file');
    await deployment.query(`create role guarded login password 'another one'`);
    await writeFile(path, `host all guarded 127.0.0.1/32 scram-sha-256\n${await readFile(path, 'utf8')}`);
    await deployment.query('select pg_reload_conf()');
    const env = { ...deployment.environment, PORT: '0' };
    const url = `postgres://guarded:${SECRET}@127.0.0.1:${postgresql.port}/postgres`;
    await bothSay({ ...env, DATABASE_URL: url }, 'received: password authentication failed for user "guarded"');
    const missing = { ...env, DATABASE_URL: postgresql.urlOf('none') };
    await bothSay(missing, 'received: database "none" does not exist');
  });

  test('the database is of a newer version', async () => {
    const deployment = await Deployment.create();
    closers.push(() => deployment.stop());
    await deployment.query(`insert into mikro_orm_migrations (name) values ('Migration20991231000000')`);
    await bothSay({ ...deployment.environment, PORT: '0' }, 'received one with Migration20991231000000 done');
  });

  test('the bucket is missing', async () => {
    const env = { ...(await environment()), S3_BUCKET: 'never-made' };
    for (const role of ['api', 'worker']) {
      expect(await refused({ ...env, APP_ROLE: role })).toBe(
        'S3_BUCKET: expected a bucket that is there, received never-made. The migrate command makes it\n',
      );
    }
  });

  test('S3 refuses its key, and the operator is told that the tables are as they should be', async () => {
    const env = { ...(await environment()), AWS_ACCESS_KEY_ID: 'another' };
    expect(await refused(env, { program: MIGRATE })).toMatch(
      /^The bucket cannot be used\.\nAWS_ACCESS_KEY_ID: expected a key that may use the bucket /,
    );
  });

  test('its folder is read-only', async () => {
    const env = await environment();
    const reason = await refused({ ...env, APP_ROLE: 'api' }, { before: SmallDisk.readOnly(env.DATA_DIR as string) });
    expect(reason).toContain(
      `DATA_DIR: expected a folder that this process may write to, received ${env.DATA_DIR} (EROFS: read-only file system`,
    );
  });

  test.each([
    ['another password', `:${SECRET}@`, 'WRONGPASS'],
    ['a password, and is given none', '', 'NOAUTH'],
  ])('not if Redis wants %s, but it says so', async (_what, credentials, said) => {
    const redis = await RedisServer.start();
    closers.push(() => redis.stop());
    const deployment = await Deployment.create({ redis: redis.port });
    closers.push(() => deployment.stop());
    await deployment.redis.config('SET', 'requirepass', 'another one');
    const url = `redis://${credentials}127.0.0.1:${redis.port}/0`;
    for (const role of ['api', 'worker'] as const) {
      const { log } = await deployment.start(role, { REDIS_URL: url });
      // A machine that is busy may find it silent before it finds that it refuses.
      const told = () => log.filter((line) => line.includes(`Redis does not answer, or takes no writes (${said}`));
      await until(told, ({ length }) => length === 1);
      expect(log.join('\n')).not.toContain(SECRET);
    }
  });
});

describe('the embedded profile says why it cannot start:', () => {
  const port = { PORT: '0' };

  test('its database is damaged', async () => {
    const dataDir = await folder();
    const path = join(dataDir, 'imagepro.sqlite');
    await writeFile(path, 'no database at all, but a text that is longer than the header of one would be');
    expect(await refused({ ...port, DATA_DIR: dataDir })).toBe(
      `DATA_DIR: expected an undamaged database that this process may write to in ${path}, received: file is not a database. Restore it from a backup, or move it away to begin with an empty one.\n`,
    );
  });

  test('its database is of a newer version', async () => {
    const dataDir = await folder();
    const database = new Database(join(dataDir, 'imagepro.sqlite'));
    database.exec(
      'create table mikro_orm_migrations (id integer primary key autoincrement, name text, executed_at datetime default current_timestamp)',
    );
    database.exec("insert into mikro_orm_migrations (name) values ('Migration20991231000000')");
    database.close();
    expect(await refused({ ...port, DATA_DIR: dataDir })).toBe(
      'DATA_DIR: expected a database of this version of the service or an older one, received one with Migration20991231000000 done. Start the version that did that, or restore a backup from before it.\n',
    );
  });

  test('its folder belongs to another user', async () => {
    const dataDir = await folder();
    await chmod(dataDir, 0o500);
    // To root every folder is its own.
    const uid = process.getuid?.() === 0 ? 65_534 : undefined;
    const reason = await refused({ ...port, DATA_DIR: dataDir }, { uid });
    expect(reason).toContain(`DATA_DIR: expected a folder that this process may write to, received ${dataDir} (`);
  });

  test('its folder is read-only', async () => {
    const dataDir = await folder();
    const reason = await refused({ ...port, DATA_DIR: dataDir }, { before: SmallDisk.readOnly(dataDir) });
    expect(reason).toContain(`DATA_DIR: expected a folder that this process may write to, received ${dataDir} (`);
  });

  test('its folder is a file', async () => {
    const path = join(await folder(), 'file');
    await writeFile(path, '');
    const reason = await refused({ ...port, DATA_DIR: path });
    expect(reason).toContain(`DATA_DIR: expected a folder that this process may write to, received ${path} (EEXIST`);
  });
});
