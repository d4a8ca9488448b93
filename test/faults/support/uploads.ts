import { expect } from 'vitest';
import { upload } from '../../support/upload.ts';
import type { RunningProcess } from './running-process.ts';

/** What is asked for when a test does not care. */
const SMALL = [{ operation_type: 'resize', parameters: { width: 400, height: 300 } }];

/** Uploads a picture and gives back its job's id; the answer has to be a 201. */
export async function accepted(
  api: RunningProcess,
  picture: Uint8Array<ArrayBuffer>,
  operations: readonly object[] = SMALL,
): Promise<string> {
  const response = await upload(api, { file: picture, operations });
  expect(response.status).toBe(201);
  return ((await response.json()) as { id: string }).id;
}

/** Uploads so many, a few at a time. */
export async function manyAccepted(
  api: RunningProcess,
  picture: Uint8Array<ArrayBuffer>,
  count: number,
): Promise<string[]> {
  const ids: string[] = [];
  while (ids.length < count) {
    const group = Math.min(10, count - ids.length);
    ids.push(...(await Promise.all(Array.from({ length: group }, () => accepted(api, picture)))));
  }
  return ids;
}
