import { randomBytes, randomUUID } from 'node:crypto';
import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FileStore } from '../../src/image-jobs/application/ports.ts';
import { LocalFileStore } from '../../src/image-jobs/infrastructure/files/local-file-store.ts';
import { s3Client } from '../../src/image-jobs/infrastructure/files/s3-client.ts';
import { S3FileStore } from '../../src/image-jobs/infrastructure/files/s3-file-store.ts';
import { loadSettings } from '../../src/settings/load-settings.ts';
import { freshBucket } from '../support/servers/fresh.ts';

const ADAPTERS = ['in a folder', 'in S3'] as const;
const BYTES = randomBytes(300_000);

describe.each(ADAPTERS)('FileStore %s', (adapter) => {
  let folder: string;
  let files: FileStore;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'imagepro-files-'));
    if (adapter === 'in a folder') {
      files = new LocalFileStore(folder);
    } else {
      const { s3 } = loadSettings(await freshBucket());
      files = new S3FileStore(s3Client(s3), s3Client(s3), s3.bucket as string, s3.timeoutSeconds);
    }
    await files.check();
  });
  afterAll(() => rm(folder, { recursive: true }));

  async function localFile(bytes = BYTES): Promise<string> {
    const path = join(folder, randomUUID());
    await writeFile(path, bytes);
    return path;
  }

  async function stored(key: string): Promise<void> {
    await files.put(key, await localFile());
  }

  async function ids(before: Date): Promise<string[]> {
    const found: string[] = [];
    for await (const { jobId } of files.stored(before)) found.push(jobId);
    return found.sort();
  }

  test('takes a file over, and gives all of it back', async () => {
    const path = await localFile();
    const key = `${randomUUID()}/original`;
    await files.put(key, path);
    await expect(access(path)).rejects.toThrow('ENOENT');
    const target = join(folder, randomUUID());
    await files.fetch(key, target);
    expect((await readFile(target)).equals(BYTES)).toBe(true);
  });

  test('as many reads as nobody goes on with hold up nothing else', async () => {
    const key = `${randomUUID()}/original`;
    await stored(key);
    const read = () => files.read(key, { start: 0, end: BYTES.length - 1 });
    const held = await Promise.all(Array.from({ length: 100 }, read));
    await files.check();
    await stored(`${randomUUID()}/original`);
    for (const bytes of held) bytes.destroy();
    expect((await buffer(await read())).equals(BYTES)).toBe(true);
  });

  test('what is fetched may be removed, and what is removed leaves what was fetched', async () => {
    const key = `${randomUUID()}/original`;
    await stored(key);
    const [one, two] = [join(folder, randomUUID()), join(folder, randomUUID())];
    await files.fetch(key, one);
    await rm(one);
    await files.fetch(key, two);
    await files.remove(key);
    expect((await readFile(two)).equals(BYTES)).toBe(true);
  });

  test.each([
    [0, 299_999],
    [0, 0],
    [100, 65_700],
    [299_999, 299_999],
  ])('reads the bytes from %i to %i', async (start, end) => {
    const key = `${randomUUID()}/result-1`;
    await stored(key);
    const bytes = await buffer(await files.read(key, { start, end }));
    expect(bytes).toHaveLength(end - start + 1);
    expect(bytes.equals(BYTES.subarray(start, end + 1))).toBe(true);
  });

  test('a key holds what was put last', async () => {
    const key = `${randomUUID()}/result-1`;
    await stored(key);
    await files.put(key, await localFile(Buffer.from('other')));
    expect(await buffer(await files.read(key, { start: 0, end: 4 }))).toEqual(Buffer.from('other'));
  });

  test('rejects what is not there', async () => {
    const key = `${randomUUID()}/original`;
    await expect(files.read(key, { start: 0, end: 1 })).rejects.toThrow();
    await expect(files.fetch(key, join(folder, randomUUID()))).rejects.toThrow();
    await expect(files.put(key, join(folder, 'nowhere'))).rejects.toThrow();
  });

  test('removes one file, all of a job, and what is not there', async () => {
    const id = randomUUID();
    for (const name of ['original', 'result-1', 'result-2']) await stored(`${id}/${name}`);
    await files.remove(`${id}/original`);
    await files.remove(`${id}/original`);
    await expect(files.read(`${id}/original`, { start: 0, end: 1 })).rejects.toThrow();
    await files.removeAllOf(id);
    await files.removeAllOf(id);
    await expect(files.read(`${id}/result-1`, { start: 0, end: 1 })).rejects.toThrow();
    expect(await ids(new Date(Date.now() + 86_400_000))).not.toContain(id);
  });

  test('removes what there is of the keys that are known', async () => {
    const id = randomUUID();
    const keys = ['original', 'result-1', 'result-2'].map((name) => `${id}/${name}`);
    for (const key of keys.slice(1)) await stored(key);
    await files.removeAllOf(id, keys);
    await files.removeAllOf(id, keys);
    expect(await ids(new Date(Date.now() + 86_400_000))).not.toContain(id);
  });

  test('tells each job that it keeps files for once, with their keys, those of the past alone', async () => {
    const tomorrow = new Date(Date.now() + 86_400_000);
    for (const id of await ids(tomorrow)) await files.removeAllOf(id);
    const [one, two] = [randomUUID(), randomUUID()].sort() as [string, string];
    for (const key of [`${one}/original`, `${one}/result-1`, `${two}/original`]) await stored(key);
    const found = new Map<string, string[]>();
    for await (const { jobId, keys } of files.stored(tomorrow)) found.set(jobId, [...keys].sort());
    expect([...found].sort()).toEqual([
      [one, [`${one}/original`, `${one}/result-1`]],
      [two, [`${two}/original`]],
    ]);
    expect(await ids(new Date(Date.now() - 86_400_000))).toEqual([]);
  });

  test('tells nothing of what others keep beside jobs', async () => {
    const others = ['important', 'backups-2026', '9f1c1a52-5c1e-11f0-8d2e-0242ac120002', randomUUID().toUpperCase()];
    for (const name of others) await stored(`${name}/original`);
    await stored('index.html');
    const own = randomUUID();
    await stored(`${own}/original`);
    const told = await ids(new Date(Date.now() + 86_400_000));
    expect(told).toContain(own);
    for (const name of [...others, 'index.html']) expect(told).not.toContain(name);
  });

  test('knows how much can still be written', async () => {
    expect(await files.freeBytes()).toBeGreaterThan(0);
  });
});
