import { mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { finalAt } from '../support/final.ts';
import { namesIn } from '../support/folders.ts';
import { image, photograph } from '../support/pictures.ts';
import { untilNone } from '../support/until.ts';
import { RunningProcess } from './support/running-process.ts';
import { accepted } from './support/uploads.ts';

const picture = new Uint8Array(await image(photograph(400, 300)).jpeg().toBuffer());
/** Size of SQLite's pages here, and of what its journal writes before each (https://sqlite.org/fileformat2.html#walformat). */
const PAGE_BYTES = 4096;
const FRAME_BYTES = PAGE_BYTES + 24;

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A job that is final, or the refusal to show one that is not there. */
interface Ended {
  readonly status: string | 404;
  readonly error?: { readonly code: string } | null;
}

/** What a power cut may leave of the journal that SQLite writes ahead. */
const DAMAGES: Record<string, (path: string) => Promise<void>> = {
  'cut in half': async (path) => truncate(path, Math.floor((await stat(path)).size / 2)),
  'cut within its last page': async (path) => truncate(path, (await stat(path)).size - 1000),
  'with a page of zeros in it': async (path) => {
    const bytes = await readFile(path);
    bytes.fill(0, bytes.length - 3 * FRAME_BYTES, bytes.length - 2 * FRAME_BYTES);
    await writeFile(path, bytes);
  },
  gone: (path) => rm(path),
};

test.each(Object.entries(DAMAGES))(
  'a service whose journal is %s starts, and works on what is left',
  async (_, damage) => {
    const dataDir = await mkdtemp(join(tmpdir(), 'imagepro-faults-'));
    closers.push(() => rm(dataDir, { recursive: true }));
    const many = { THROTTLE_ANONYMOUS_PER_MINUTE: '1000', ANONYMOUS_ACTIVE_JOBS: '1000' };
    const env = { PATH: process.env.PATH, DATA_DIR: dataDir, ...many, SWEEP_SECONDS: '1', ORPHAN_SECONDS: '10' };
    const start = async () => {
      const service = await RunningProcess.start('all', env);
      closers.push(() => service.end('SIGKILL'));
      return service;
    };
    const ended = async (service: RunningProcess, id: string) => {
      const { status, error } = await finalAt<Ended>(`${service.url}/api/images/${id}/`);
      return status === 404 ? 'forgotten' : (error?.code ?? status);
    };

    const first = await start();
    const ids: string[] = [];
    for (let n = 0; n < 8; n += 1) ids.push(await accepted(first, picture));
    await first.end('SIGKILL');
    await damage(join(dataDir, 'imagepro.sqlite-wal'));

    const second = await start();
    expect((await fetch(`${second.url}/health/ready`)).status).toBe(200);
    const id = await accepted(second, picture);
    expect(await ended(second, id)).toBe('completed');
    // A job that the database knows as unfinished, whose original was erased when it had ended, cannot be done again.
    const ends = await Promise.all(ids.map(async (one) => [one, await ended(second, one)] as const));
    expect(['completed', 'forgotten', 'processing_failed']).toEqual(expect.arrayContaining(ends.map(([, end]) => end)));
    const known = new Set([id, ...ends.filter(([, end]) => end === 'completed').map(([one]) => one)]);
    await untilNone(async () => (await namesIn(dataDir, 'files')).filter((folder) => !known.has(folder)));
  },
);
