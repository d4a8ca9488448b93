import type { ImageDto } from './answers.ts';
import { finalAt, isFinal } from './final.ts';
import { image, photograph } from './pictures.ts';
import type { Service } from './service.ts';

/** What a form sends as `operations`: JSON, or text that only claims to be. */
export type SentOperations = readonly object[] | string;

/** What an upload sends; whatever is left out is a small photograph, no operations and no headers. */
export interface UploadParts {
  readonly file?: Blob | Uint8Array;
  readonly name?: string;
  readonly operations?: SentOperations;
  readonly headers?: Record<string, string>;
  readonly signal?: AbortSignal;
}

/** A small photograph as a JPEG. */
export const SMALL_JPEG = new Blob([await image(photograph(64, 48)).jpeg().toBuffer()]);

/** Sends an image to the service, and resolves with its answer. */
export function upload(
  { url }: Pick<Service, 'url'>,
  { file = SMALL_JPEG, name = 'small.jpg', operations = [], headers = {}, signal }: UploadParts = {},
): Promise<Response> {
  const body = formOf(file, operations, name);
  return fetch(`${url}/api/images/`, { method: 'POST', body, headers, signal: signal ?? null });
}

/** The form of an upload, as the documentation describes it. */
export function formOf(file: Blob | Uint8Array, operations: SentOperations = [], name = 'photo.jpg'): FormData {
  const form = new FormData();
  form.append('original_image', file instanceof Blob ? file : new Blob([new Uint8Array(file)]), name);
  form.append('operations', typeof operations === 'string' ? operations : JSON.stringify(operations));
  return form;
}

/** Sends an image that is waited for, and resolves with its job once it is final. */
export async function processed(service: Service, parts: UploadParts = {}): Promise<ImageDto> {
  const answer = await upload(service, { ...parts, headers: { ...parts.headers, Prefer: 'wait=30' } });
  const job = (await answer.json()) as ImageDto;
  return isFinal(job) ? job : finalAt(job.detail_url, parts.headers);
}
