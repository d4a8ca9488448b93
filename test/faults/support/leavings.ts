import { join } from 'node:path';
import type { Redis } from 'ioredis';
import type { Settings } from '../../../src/settings/settings.ts';
import { namesIn } from '../../support/folders.ts';
import { storedFilesOf } from '../../support/stored-files.ts';

/** A job as its row has it. */
export interface JobRow {
  readonly id: string;
  readonly status: string;
  readonly attempt: number;
  readonly version: number;
}

/** Files in the store that no completed job needs, and results that are not there; none of either is as it should be. */
export async function wrongFiles(jobs: readonly JobRow[], settings: Settings): Promise<string[]> {
  const expected = new Set(
    jobs.filter(({ status }) => status === 'completed').map(({ id, attempt }) => `${id}/result-${attempt}`),
  );
  const found = new Set(await storedFilesOf(settings, ''));
  return [
    ...[...found].filter((key) => !expected.has(key)).map((key) => `left: ${key}`),
    ...[...expected].filter((key) => !found.has(key)).map((key) => `missing: ${key}`),
  ].sort();
}

/** Files in the parts of a spool that this many processes hold, and whole parts that nobody holds. */
export async function spooledFiles(spoolDir: string, processes: number): Promise<string[]> {
  const parts = await namesIn(spoolDir);
  const files = await Promise.all(parts.map((part) => namesIn(spoolDir, part, 'files')));
  const unheld = parts.length > processes ? [`${parts.length} parts for ${processes} processes`] : [];
  return [...unheld, ...files.flatMap((names, index) => names.map((name) => join(parts[index] as string, name)))];
}

/** What Bull itself keeps: its counter, and the mark of the last look for messages of dead workers. */
const KEPT_BY_BULL = /:(id|stalled-check)$/;

/** Bull's messages, their locks, and its lists of those that wait, run, failed or ended. */
export async function bullKeys(redis: Redis): Promise<string[]> {
  const keys = [...(await redis.keys('imagepro:images:*')), ...(await redis.keys('imagepro:webhooks:*'))];
  return keys.filter((key) => !KEPT_BY_BULL.test(key)).sort();
}
