import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LocalFileStore } from '../../../src/image-jobs/infrastructure/files/local-file-store.ts';

let folder: string;
let files: LocalFileStore;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'imagepro-files-'));
  files = new LocalFileStore(folder);
});
afterAll(() => rm(folder, { recursive: true }));

async function spooled(): Promise<string> {
  const path = join(folder, randomUUID());
  await writeFile(path, 'bytes');
  return path;
}

test('a job is erased while a worker stores results of it', async () => {
  for (let round = 0; round < 30; round += 1) {
    const id = randomUUID();
    await files.put(`${id}/original`, await spooled());
    const results = await Promise.all([1, 2, 3, 4].map(spooled));
    // One whose folder has gone meanwhile is refused, as it may be.
    const stored = results.map((path, at) => files.put(`${id}/result-${at}`, path).catch(() => undefined));
    await files.removeAllOf(id);
    await Promise.all(stored);
    await files.removeAllOf(id);
    await expect(files.read(`${id}/result-0`, { start: 0, end: 1 })).rejects.toThrow('ENOENT');
  }
});
