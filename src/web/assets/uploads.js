import { problemOf, unreachable, unreadable } from './http.js';
import { exchangeOf } from './raw-exchange.js';
import { withProof } from './session.js';

/**
 * @import { ImageDto } from '../../image-jobs/infrastructure/http/image.dto.ts'
 * @import { BatchDto } from '../../image-jobs/infrastructure/http/batch.dto.ts'
 * @import { Exchange } from './raw-exchange.js'
 * @import { Wanted } from './wanted.js'
 * @typedef {object} Sending How a form is sent.
 * @property {number} waitSeconds how long the server may hold the answer back for the end of the work
 * @property {string} [key] with it a second request makes nothing twice
 * @property {AbortSignal} [signal]
 * @property {(bytes: number, all: number) => void} [onProgress] bytes of the form that are sent
 * @property {(exchange: Exchange) => void} [onExchange]
 */

/** Uploads a picture. @param {File} file @param {Wanted} wanted @param {Sending} sending @returns {Promise<ImageDto>} */
export const createImage = (file, wanted, sending) =>
  withProof((proof) => send('/api/images/', 'original_image', [file], wanted, sending, proof));

/** Uploads many pictures. @param {File[]} files @param {Wanted} wanted @param {Sending} sending @returns {Promise<BatchDto>} */
export const createBatch = (files, wanted, sending) =>
  withProof((proof) => send('/api/batches/', 'images', files, wanted, sending, proof));

/** The form's field that says what is wanted, and its text. @param {Wanted} wanted @returns {[string, string]} */
export function fieldOf(wanted) {
  const [[name, value] = ['operations', []]] = Object.entries(wanted);
  return [name, typeof value === 'string' ? value : JSON.stringify(value)];
}

/**
 * Only XMLHttpRequest tells how far an upload is.
 * @param {string} path @param {string} name of the field of the files @param {File[]} files @param {Wanted} wanted
 * @param {Sending} sending @param {Record<string, string>} proof
 */
async function send(path, name, files, wanted, { waitSeconds, key, signal, onProgress, onExchange }, proof) {
  const headers = { ...proof, Prefer: `wait=${waitSeconds}`, ...(key && { 'Idempotency-Key': key }) };
  // To renew the proof takes a while, and an abort in it is told to nobody who listens from here on.
  signal?.throwIfAborted();
  const field = fieldOf(wanted);
  const form = new FormData();
  for (const file of files) form.append(name, file, file.name);
  form.append(...field);
  const request = new XMLHttpRequest();
  request.open('POST', path);
  for (const [header, value] of Object.entries(headers)) request.setRequestHeader(header, value);
  request.upload.addEventListener('progress', (event) => {
    if (event.lengthComputable) onProgress?.(event.loaded, event.total);
  });
  const done = Promise.withResolvers();
  request.addEventListener('load', () => done.resolve(undefined));
  request.addEventListener('error', () => done.reject(unreachable()));
  request.addEventListener('abort', () => done.reject(signal?.aborted ? signal.reason : unreachable()));
  signal?.addEventListener('abort', () => request.abort());
  request.send(form);
  await done.promise.catch(async (error) => {
    throw (await changedSince(files, name)) ?? error;
  });
  onExchange?.(exchangeOf(request, { path, headers, name, files, field }));
  if (request.status === 201) return JSON.parse(request.responseText);
  throw problemOf(request.status, request.responseText, request.getResponseHeader('Retry-After'));
}

/** The problem that browsers do not tell from a lost connection: a file is no longer what was chosen. @param {File[]} files @param {string} field */
async function changedSince(files, field) {
  for (const file of files) {
    const isReadable = await file
      .slice(0, 1)
      .arrayBuffer()
      .then(() => true)
      .catch(() => false);
    if (!isReadable) return unreadable(file.name, field);
  }
  return null;
}
