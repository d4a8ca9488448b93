import { execFileSync } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

const SCRIPT = 'src/commands/ensure-build.ts';
const REPOSITORY = join(import.meta.dirname, '../../..');
/** What stands for the build: it counts how often it was run. */
const BUILD = `
  import { appendFileSync, mkdirSync } from 'node:fs';
  appendFileSync('builds', '+');
  mkdirSync('dist', { recursive: true });`;
const PACKAGE = { type: 'module', scripts: { build: 'node build.js', postbuild: `node ${SCRIPT} --done` } };

let project: string;
beforeEach(async () => {
  project = await mkdtemp(join(tmpdir(), 'imagepro-build-'));
  await mkdir(join(project, dirname(SCRIPT)), { recursive: true });
  await copyFile(join(REPOSITORY, SCRIPT), join(project, SCRIPT));
  await writeFile(join(project, 'build.js'), BUILD);
  await writeFile(join(project, 'package.json'), JSON.stringify(PACKAGE));
  await write('src/main.ts', -60);
  await write('package-lock.json', -60);
  await utimes(join(project, SCRIPT), new Date(0), new Date(0));
});
afterEach(() => rm(project, { recursive: true, force: true }));

/** Writes a file as of so many seconds from now. */
async function write(name: string, seconds: number): Promise<void> {
  await writeFile(join(project, name), '');
  const moment = Date.now() / 1000 + seconds;
  await utimes(join(project, name), moment, moment);
  await utimes(dirname(join(project, name)), new Date(0), new Date(0));
}

/** Runs the script, and says how often the project has been built by now. */
async function buildsAfter(...options: string[]): Promise<number> {
  execFileSync(process.execPath, [join(project, SCRIPT), ...options], { stdio: 'pipe' });
  return (await readFile(join(project, 'builds'), 'utf8').catch(() => '')).length;
}

test('a build that is there is not made again', async () => {
  expect([await buildsAfter(), await buildsAfter(), await buildsAfter('--any')]).toEqual([1, 1, 1]);
});

test.each(['src/main.ts', 'package-lock.json', 'tsconfig.json', 'nest-cli.json'])(
  'a start builds anew when %s has changed, an operator does not',
  async (changed) => {
    await buildsAfter();
    await write(changed, 60);
    expect([await buildsAfter('--any'), await buildsAfter()]).toEqual([1, 2]);
  },
);

test('a start builds anew when a source has gone', async () => {
  await write('src/old.ts', -60);
  await buildsAfter();
  await rm(join(project, 'src/old.ts'));
  const moment = Date.now() / 1000 + 60;
  await utimes(join(project, 'src'), moment, moment);
  expect(await buildsAfter()).toBe(2);
});

test('an operator builds when there is no build, or a half of one', async () => {
  await mkdir(join(project, 'dist'));
  expect(await buildsAfter('--any')).toBe(1);
});
