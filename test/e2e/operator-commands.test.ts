import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ServiceProcess } from '../support/service-process.ts';

const ROOT = join(import.meta.dirname, '../..');

let service: ServiceProcess;
beforeAll(async () => {
  service = await ServiceProcess.start();
});
afterAll(() => service.stop());

/** Runs an operator's command as the README has it, beside the running service: how it ended and what it said. */
function run(...command: string[]): Promise<{ code: unknown; said: string }> {
  const { NODE_OPTIONS: _, ...env } = { ...process.env, ...service.env };
  return new Promise((resolve) => {
    execFile('npm', ['run', '--silent', ...command], { cwd: ROOT, env }, (error, _stdout, said) =>
      resolve({ code: error?.code ?? 0, said }),
    );
  });
}

/** When each of these files of the build was written. */
const written = () =>
  Promise.all(
    ['main.js', 'imaging/infrastructure/sharp-transformer.child.js'].map((name) => stat(join(ROOT, 'dist', name))),
  );

test.each([
  [['account', '--', 'disable', 'nobody'], 1, 'Expected the name of an account, received nobody'],
  [['account'], 1, 'Usage: npm run account -- <command>'],
  [['migrate'], 0, 'The tables are up to date.'],
])('npm run %s leaves the build alone from which the service runs', async (command, code, words) => {
  const before = await written();
  expect(await run(...command)).toEqual({ code, said: expect.stringContaining(words) });
  const after = await written();
  for (const [n, { ino, mtimeMs }] of before.entries()) expect(after[n]).toMatchObject({ ino, mtimeMs });
});
