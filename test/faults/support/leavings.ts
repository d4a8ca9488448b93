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

/** A job that has results. */
export interface CompletedJob extends Pick<JobRow, 'id' | 'attempt'> {
  /** What was asked for; those that could not be made have none. */
  readonly outputs: readonly { readonly name: string; readonly result: object | null }[];
}

/** Files in the store that no completed job needs, and results that are not there; none of either is as it should be. */
export async function wrongFiles(jobs: readonly CompletedJob[], settings: Settings): Promise<string[]> {
  const expected = new Set(jobs.flatMap(resultsOf));
  const found = new Set(await storedFilesOf(settings, ''));
  return [
    ...[...found].filter((key) => !expected.has(key)).map((key) => `left: ${key}`),
    ...[...expected].filter((key) => !found.has(key)).map((key) => `missing: ${key}`),
  ].sort();
}

/** Keys of the results that a job has. */
function resultsOf({ id, attempt, outputs }: CompletedJob): string[] {
  const made = outputs.filter(({ result }) => result !== null);
  return made.map(({ name }) => `${id}/result-${attempt}${name === 'default' ? '' : `-${name}`}`);
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
