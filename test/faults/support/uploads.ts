import { expect } from 'vitest';
import type { RunningProcess } from './running-process.ts';

/** What is asked for when a test does not care. */
const SMALL = [{ operation_type: 'resize', parameters: { width: 400, height: 300 } }];

/** The form of an upload. */
export function formOf(picture: Uint8Array<ArrayBuffer>, operations: readonly object[] = SMALL): FormData {
  const form = new FormData();
  form.set('original_image', new Blob([picture]), 'picture.jpg');
  form.set('operations', JSON.stringify(operations));
  return form;
}

/** Uploads a picture. */
export function upload(
  { url }: RunningProcess,
  picture: Uint8Array<ArrayBuffer>,
  operations: readonly object[] = SMALL,
): Promise<Response> {
  return fetch(`${url}/api/images/`, { method: 'POST', body: formOf(picture, operations) });
}

/** Uploads a picture and gives back its job's id; the answer has to be a 201. */
export async function accepted(
  api: RunningProcess,
  picture: Uint8Array<ArrayBuffer>,
  operations: readonly object[] = SMALL,
): Promise<string> {
  const response = await upload(api, picture, operations);
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
