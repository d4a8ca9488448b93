import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { ImagesApi } from '../support/images-api.ts';
import { settingVariables } from '../support/inside-service.ts';
import { image, photograph } from '../support/pictures.ts';
import { profileEnvironment } from '../support/profile.ts';
import { ServerProcess } from '../support/server-process.ts';

const ROOT = join(import.meta.dirname, '../..');
const SECRETS = '/run/secrets/';

interface ComposeService {
  readonly environment: Record<string, string | number>;
  readonly secrets: readonly string[];
}

const compose = parse(readFileSync(join(ROOT, 'docker/compose.yaml'), 'utf8'), { merge: true }) as {
  services: Record<'migrate' | 'api' | 'worker', ComposeService>;
  secrets: Record<string, object>;
};
const { migrate, api, worker } = compose.services;

let dataDir: string;
let servers: NodeJS.ProcessEnv;
const running: ServerProcess[] = [];
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'imagepro-test-'));
  servers = await profileEnvironment(dataDir);
});
afterAll(async () => {
  for (const server of running) await server.end('SIGKILL');
  await rm(dataDir, { recursive: true, force: true });
});

/** What Compose gives the service: on this machine, with the suite's servers and with secrets in files. */
async function environmentOf({ environment }: ComposeService): Promise<Record<string, string>> {
  const given = Object.entries(environment).map(async ([name, value]) => {
    if (!name.endsWith('_FILE')) return [name, servers[name] ?? String(value)];
    const path = join(dataDir, String(value).replace(SECRETS, 'secret-'));
    await writeFile(path, `${servers[name.replace(/_FILE$/, '')]}\n`);
    return [name, path];
  });
  const { PORT = '', DATA_DIR = '' } = servers;
  const here = { PORT, DATA_DIR, METRICS_PORT: '', TRUST_PROXY: 'off' };
  return { ...Object.fromEntries(await Promise.all(given)), ...here };
}

test.each(Object.entries({ migrate, api, worker }))('compose.yaml sets for %s what exists', (_name, service) => {
  const known = settingVariables();
  for (const [name, value] of Object.entries(service.environment)) {
    expect(known).toContain(name.replace(/_FILE$/, ''));
    if (!name.endsWith('_FILE')) continue;
    const secret = String(value).replace(SECRETS, '');
    expect([value, service.secrets, Object.keys(compose.secrets)]).toEqual([
      `${SECRETS}${secret}`,
      expect.arrayContaining([secret]),
      expect.arrayContaining([secret]),
    ]);
  }
});

test('with the environment of compose.yaml, secrets in files, it migrates, serves and works', async () => {
  const env = { PATH: process.env.PATH, ...(await environmentOf(migrate)) };
  const { stderr } = await promisify(execFile)(process.execPath, [join(ROOT, 'dist/commands/migrate.command.js')], {
    env,
  });
  expect(stderr).toContain('The tables are up to date.');
  const server = new ServerProcess(await environmentOf(api));
  running.push(server, new ServerProcess(await environmentOf(worker)));
  const picture = await image(photograph(60, 45)).jpeg().toBuffer();
  const done = await new ImagesApi(await server.ready()).process(picture);
  expect(done).toMatchObject({ status: 'completed', error: null });
});
