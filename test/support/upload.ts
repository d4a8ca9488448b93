import { image, photograph } from './pictures.ts';
import type { Service } from './service.ts';

/** What an upload sends; whatever is left out is a small photograph, no operations and no headers. */
export interface UploadParts {
  readonly file?: Blob;
  readonly name?: string;
  readonly operations?: unknown;
  readonly headers?: Record<string, string>;
  readonly signal?: AbortSignal;
}

/** A small photograph as a JPEG. */
export const SMALL_JPEG = new Blob([await image(photograph(64, 48)).jpeg().toBuffer()]);

/** Sends an image to the service, and resolves with its answer. */
export function upload(
  { url }: Service,
  { file = SMALL_JPEG, name = 'small.jpg', operations = [], headers = {}, signal }: UploadParts = {},
): Promise<Response> {
  const body = new FormData();
  body.set('original_image', file, name);
  body.set('operations', JSON.stringify(operations));
  return fetch(`${url}/api/images/`, { method: 'POST', body, headers, signal: signal ?? null });
}
