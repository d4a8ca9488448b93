import { spawn } from 'node:child_process';
import { expect, test } from 'vitest';
import { heldUpMs } from '../../../src/imaging/infrastructure/children/held-up.ts';

test('two processes that want one processor hold each other up', async () => {
  const busy = [1, 2].map(() =>
    spawn('taskset', ['-c', '0', process.execPath, '-e', 'for (;;);'], { stdio: 'ignore' }),
  );
  try {
    for (const { pid } of busy) await expect.poll(() => heldUpMs(pid as number)).toBeGreaterThan(100);
  } finally {
    for (const child of busy) child.kill('SIGKILL');
  }
});

test('of a process that is not there nothing is told', () => {
  expect(heldUpMs(2 ** 30)).toBe(0);
});
