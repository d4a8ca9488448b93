import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ArchivedFile, zipOf } from '../../../src/image-jobs/infrastructure/http/download/zip-archive.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { unpacked } from '../../support/unpacked-zip.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'archive-'));
});
afterAll(() => rm(folder, { recursive: true }));

const MOMENT = new Date('2026-03-04T05:06:08Z');
const random = seededRandom(7);

/** A file of noise, which none of its bytes can be told from. */
function noise(bytes: number): Buffer {
  return Buffer.from(Uint8Array.from({ length: bytes }, () => random() * 256));
}

function digestOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function file(name: string, bytes: Buffer, open = async (): Promise<Readable | null> => Readable.from([bytes])) {
  return { name, modifiedAt: MOMENT, sha256: digestOf(bytes), open } satisfies ArchivedFile;
}

/** What other programs find in an archive. */
async function read(zip: Readable) {
  const path = join(folder, 'read.zip');
  await writeFile(path, zip);
  // Info-ZIP has other code than Python; it tests every entry against its checksum.
  execFileSync('unzip', ['-tqq', path]);
  return unpacked(path);
}

test('an archive holds the very bytes of its files, stored, in their order', async () => {
  const contents = [noise(0), noise(1), noise(300_000)];
  const names = ['nothing.png', 'ein schönes Bild (2).webp', '写真.jpg'];
  const entries = await read(zipOf(contents.map((bytes, n) => file(names[n] as string, bytes))));
  expect(entries.map(({ name }) => name)).toEqual(names);
  expect(entries.map(({ bytes }) => digestOf(bytes))).toEqual(contents.map(digestOf));
  expect(entries.every(({ isStored }) => isStored)).toBe(true);
});

test('what is missing, or gone by its turn, is named in missing.txt', async () => {
  const bytes = noise(1000);
  const files = [file('a.webp', bytes), file('b.webp', bytes, async () => null)];
  const entries = await read(zipOf(files, [{ name: 'c.jpg', reason: 'image_corrupt' }]));
  expect(entries.map(({ name }) => name)).toEqual(['a.webp', 'missing.txt']);
  expect(entries[1]?.bytes.toString('utf8')).toBe(
    'c.jpg: image_corrupt\nb.webp: its download window ended while the archive was sent\n',
  );
});

test('an archive of nothing is one too', async () => {
  expect(await read(zipOf([], [{ name: 'a.jpg', reason: 'expired' }]))).toMatchObject([{ name: 'missing.txt' }]);
  const path = join(folder, 'empty.zip');
  await writeFile(path, zipOf([]));
  expect(unpacked(path)).toEqual([]);
});

test('opens one file at a time, and none before it is read', async () => {
  let opened = 0;
  const [first, second] = [noise(2_000_000), noise(10)];
  const zip = zipOf([
    file('first.png', first, async () => {
      opened += 1;
      return Readable.from(pieces(first));
    }),
    file('second.png', second, async () => {
      opened += 1;
      return Readable.from([second]);
    }),
  ]);
  await once(zip, 'readable');
  zip.read(100);
  await new Promise(setImmediate);
  expect(opened).toBe(1);
  zip.destroy();
});

test('who stops reading stops the reading of files, and leaves none open', async () => {
  const path = join(folder, 'large');
  await writeFile(path, noise(8_000_000));
  const bytes = await readFile(path);
  const handle = await open(path);
  const source = handle.createReadStream({ highWaterMark: 64 * 1024 });
  let openedSecond = false;
  const zip = zipOf([
    file('large.png', bytes, async () => source),
    file('next.png', bytes, async () => {
      openedSecond = true;
      return null;
    }),
  ]);
  const closed = once(source, 'close');
  await once(zip, 'readable');
  zip.read();
  zip.destroy();
  await closed;
  expect(source.bytesRead).toBeLessThan(1_000_000);
  expect(openedSecond).toBe(false);
});

test('a slow reader holds back the files: no more is read than a little ahead', async () => {
  const path = join(folder, 'slow');
  await writeFile(path, noise(8_000_000));
  const bytes = await readFile(path);
  const source = createReadStream(path, { highWaterMark: 64 * 1024 });
  const zip = zipOf([file('slow.png', bytes, async () => source)]);
  let taken = 0;
  let furthest = 0;
  for await (const chunk of zip) {
    taken += (chunk as Buffer).length;
    // As long as the reader likes: what is read ahead does not grow.
    for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
    furthest = Math.max(furthest, source.bytesRead - taken);
  }
  expect(taken).toBeGreaterThan(8_000_000);
  expect(furthest).toBeLessThan(1_000_000);
});

test('an archive does not end when the bytes of a file are not its own, or cannot be read', async () => {
  const bytes = noise(1000);
  const altered = file('altered.png', bytes, async () => Readable.from([noise(1000)]));
  const received: Buffer[] = [];
  const taking = pipeline(zipOf([altered, file('next.png', bytes)]), async (chunks) => {
    for await (const chunk of chunks) received.push(chunk as Buffer);
  });
  await expect(taking).rejects.toThrow(/Expected bytes with the SHA-256/);
  expect(Buffer.concat(received).includes('PK\x05\x06')).toBe(false);
  const unreadable = file('unreadable.png', bytes, async () => createReadStream(join(folder, 'no such file')));
  await expect(read(zipOf([unreadable]))).rejects.toThrow(/ENOENT/);
  const refused = file('refused.png', bytes, () => Promise.reject(new Error('The store is away')));
  await expect(read(zipOf([refused]))).rejects.toThrow(/The store is away/);
});

function* pieces(bytes: Buffer) {
  for (let at = 0; at < bytes.length; at += 64 * 1024) yield bytes.subarray(at, at + 64 * 1024);
}
