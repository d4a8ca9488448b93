import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { OwnSpool, SharedSpool } from '../../../src/shared/spool.ts';

test('what the dead have left is swept, though many start at the same moment', async () => {
  const common = await mkdtemp(join(tmpdir(), 'spool-'));
  for (let dead = 0; dead < 20; dead += 1) {
    const held = join(common, randomUUID());
    const files = join(held, 'files');
    await mkdir(files, { recursive: true });
    await writeFile(join(held, 'lock.sqlite'), '');
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

test.each([OwnSpool, SharedSpool])('what somebody else keeps in the folder of %o stays as it is', async (Kind) => {
  const folder = await mkdtemp(join(tmpdir(), 'spool-'));
  const left = randomUUID();
  await writeFile(join(folder, left), 'left by a crash');
  await mkdir(join(folder, 'mine'));
  for (const name of ['notes.txt', 'mine/y.txt']) await writeFile(join(folder, name), name);
  const spool = new Kind(folder);
  await spool.open();
  expect(await readdir(folder)).not.toContain(left);
  expect(await readdir(join(folder, 'mine'))).toEqual(['y.txt']);
  for (const name of ['notes.txt', 'mine/y.txt']) expect(await readFile(join(folder, name), 'utf8')).toBe(name);
  await spool.close();
  await rm(folder, { recursive: true });
});
