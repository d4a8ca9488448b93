import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const CHILD = join(import.meta.dirname, '../../support/stray-refusal.child.ts');

function outcomeOf(what: string): { status: number | null; said: string } {
  const flags = ['--experimental-transform-types', '--disable-warning=ExperimentalWarning'];
  const { status, stdout, stderr } = spawnSync(process.execPath, [...flags, CHILD, what], { encoding: 'utf8' });
  return { status, said: stdout + stderr };
}

test('what Redis refuses to nobody ends no process, and tells no password', () => {
  const { status, said } = outcomeOf('redis');
  expect([status, said]).toEqual([0, expect.stringContaining('WRONGPASS')]);
  expect(said).toContain('It lives on');
  expect(said).not.toContain('correct-horse-battery');
});

test('any other error that nobody waits for ends the process', () => {
  const { status, said } = outcomeOf('other');
  expect([status, said]).toEqual([1, expect.stringContaining('Something else')]);
  expect(said).not.toContain('It lives on');
});
