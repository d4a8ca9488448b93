import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SharedSpool } from '../../../src/shared/spool.ts';

test('what the dead have left is swept, though many start at the same moment', async () => {
  const common = await mkdtemp(join(tmpdir(), 'spool-'));
  for (let dead = 0; dead < 20; dead += 1) {
    const files = join(common, `dead-${dead}`, 'files');
    await mkdir(files, { recursive: true });
    await writeFile(join(common, `dead-${dead}`, 'lock.sqlite'), '');
    for (let file = 0; file < 60; file += 1) await writeFile(join(files, String(file)), 'x');
  }
  const spools = Array.from({ length: 8 }, () => new SharedSpool(common));
  await Promise.all(spools.map((spool) => spool.open()));
  expect((await readdir(common)).length).toBe(8);
  expect(spools.every(({ folder }) => existsSync(folder))).toBe(true);
  await Promise.all(spools.map((spool) => spool.close()));
  expect(await readdir(common)).toEqual([]);
  await rm(common, { recursive: true });
});
