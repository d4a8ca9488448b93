import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { get, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import express from 'express';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { type Archive, answerArchive } from '../../../src/image-jobs/infrastructure/http/download/archive-answer.ts';
import { unpacked } from '../../support/unpacked-zip.ts';

const BYTES = Buffer.alloc(400_000, 'picture');
const SHA256 = createHash('sha256').update(BYTES).digest('hex');

let folder: string;
let server: Server;
let url: string;
let archive: Archive;
/** Settles as the answer does. */
let answered: PromiseWithResolvers<void>;
let finished: number;
let placesTaken = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'archive-answer-'));
  const app = express();
  app.get('/', (request, response) => {
    answerArchive(archive, request, response).then(answered.resolve, answered.reject);
  });
  server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true });
});
beforeEach(() => {
  answered = Promise.withResolvers();
  // Some tests ask for it when its answer has been read, and it failed meanwhile.
  answered.promise.catch(() => undefined);
  finished = 0;
});

function archiveOf(open: (name: string) => Readable, count = async () => {}): Archive {
  const names = Array.from({ length: 50 }, (_, n) => `${n}.webp`);
  return {
    name: 'Ferien 写真.zip',
    files: names.map((name) => ({ name, modifiedAt: new Date(0), sha256: SHA256, open: async () => open(name) })),
    missing: [],
    takePlace: () => {
      placesTaken += 1;
      return () => {
        placesTaken -= 1;
      };
    },
    finished: () => {
      finished += 1;
      return count();
    },
  };
}

test('an archive is sent whole, named, without ranges, and counted once', async () => {
  archive = archiveOf(() => Readable.from([BYTES]));
  const answer = await fetch(url, { headers: { Range: 'bytes=0-9' } });
  expect(answer.status).toBe(200);
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    'content-type': 'application/zip',
    'content-disposition': 'attachment; filename="Ferien ??.zip"; filename*=UTF-8\'\'Ferien%20%E5%86%99%E7%9C%9F.zip',
    'accept-ranges': 'none',
    'x-content-type-options': 'nosniff',
  });
  const path = join(folder, 'whole.zip');
  await writeFile(path, Buffer.from(await answer.arrayBuffer()));
  await answered.promise;
  expect(unpacked(path).map(({ bytes }) => bytes.equals(BYTES))).toEqual(Array(50).fill(true));
  expect(finished).toBe(1);
  await vi.waitFor(() => expect(placesTaken).toBe(0));
});

test('HEAD tells of it, opens nothing and does not count', async () => {
  archive = archiveOf(() => {
    throw new Error('Nothing is to be opened');
  });
  const answer = await fetch(url, { method: 'HEAD' });
  await answered.promise;
  expect([answer.status, answer.headers.get('content-type'), finished]).toEqual([200, 'application/zip', 0]);
});

test('a client that goes away stops the reading, and has downloaded nothing', async () => {
  const opened: Readable[] = [];
  archive = archiveOf(() => {
    const file = Readable.from([BYTES]);
    opened.push(file);
    return file;
  });
  const request = get(url);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  await once(response, 'readable');
  request.destroy();
  await answered.promise;
  expect(finished).toBe(0);
  expect(opened.length).toBeLessThan(50);
  expect(opened.every(({ destroyed }) => destroyed)).toBe(true);
  expect(placesTaken).toBe(0);
});

test('a client finds an archive cut off whose file breaks', async () => {
  archive = archiveOf((name) => Readable.from([name === '7.webp' ? Buffer.from('other bytes') : BYTES]));
  const answer = await fetch(url);
  await expect(answer.arrayBuffer()).rejects.toThrow();
  await expect(answered.promise).rejects.toThrow(/SHA-256/);
  expect(finished).toBe(0);
});

test('a count that fails cuts no download, and is told of', async () => {
  archive = archiveOf(
    () => Readable.from([BYTES]),
    () => Promise.reject(new Error('The database is away')),
  );
  expect((await (await fetch(url)).arrayBuffer()).byteLength).toBeGreaterThan(50 * BYTES.length);
  await expect(answered.promise).rejects.toThrow('The database is away');
});
