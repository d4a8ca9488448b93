import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { folderHolds, namesIn } from '../support/folders.ts';
import { ImagesApi } from '../support/images-api.ts';
import { image, photograph } from '../support/pictures.ts';
import { familyOf } from '../support/processes.ts';
import { profileEnvironment } from '../support/profile.ts';
import { ServerProcess } from '../support/server-process.ts';

let dataDir: string;
const running = new Set<ServerProcess>();
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'imagepro-test-'));
});
afterEach(async () => {
  for (const server of running) await server.end('SIGKILL');
  running.clear();
  await rm(dataDir, { recursive: true, force: true });
});

/** A server on the test's data folder. */
async function server(): Promise<ServerProcess> {
  const started = new ServerProcess(await profileEnvironment(dataDir));
  running.add(started);
  return started;
}

test('a second process on the same data folder is refused, until the first is gone, however it went', async () => {
  const first = await (await server()).ready();
  const { code, stderr } = await (await server()).refused();
  expect(code).toBe(1);
  expect(stderr).toContain('ImagePro API cannot start.');
  expect(stderr).toContain(`Expected DATA_DIR to be used by no other process, received ${dataDir}`);
  expect(stderr).not.toMatch(/\n\s+at /);
  expect((await fetch(`${first.url}/health/ready`)).status).toBe(200);
  await first.end('SIGKILL');
  const second = await (await server()).ready();
  expect((await fetch(`${second.url}/health/ready`)).status).toBe(200);
});

test('a start that is told to stop does so, and does not say that it failed', async () => {
  const starting = await server();
  const refused = starting.refused();
  // It has started its children, and does not listen yet.
  await expect.poll(() => familyOf(starting.pid).length, { interval: 5, timeout: 60_000 }).toBeGreaterThan(1);
  void starting.end('SIGTERM');
  expect(await refused).toEqual({ code: null, signal: 'SIGTERM', stderr: '' });
  expect((await fetch(`${(await (await server()).ready()).url}/health/ready`)).status).toBe(200);
});

test('files of no job are removed when they are old, soon after a start', async () => {
  const small = await image(photograph(60, 45)).jpeg().toBuffer();
  const files = join(dataDir, 'files');
  const first = await (await server()).ready();
  const { id } = await new ImagesApi(first).process(small);
  await first.end('SIGKILL');
  const [old, young] = [randomUUID(), randomUUID()];
  for (const orphan of [old, young]) {
    await mkdir(join(files, orphan));
    await writeFile(join(files, orphan, 'original'), small);
  }
  const yesterday = new Date(Date.now() - 86_400_000);
  await utimes(join(files, old), yesterday, yesterday);
  await (await server()).ready();
  await folderHolds(files, (names) => !names.includes(old));
  expect(await namesIn(files)).toEqual([id, young].sort());
});

test("what it keeps is its owner's alone", async () => {
  await (await server()).ready();
  const modes = ['jwt-secret', 'imagepro.sqlite'].map(async (file) => (await stat(join(dataDir, file))).mode & 0o777);
  expect(await Promise.all(modes)).toEqual([0o600, 0o600]);
});
