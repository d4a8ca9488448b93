import { answerTo, json, Problem, problemOf, unreachable } from './http.js';
import { forget, proof } from './session.js';

/**
 * @import { OwnAccountDto, SessionListDto } from '../../accounts/infrastructure/http/accounts.dto.ts'
 * @import { ApiKeyListDto, MadeApiKeyDto } from '../../accounts/infrastructure/http/keys.dto.ts'
 * @import { LimitsDto } from '../../accounts/infrastructure/http/limits.dto.ts'
 * @import { UsageReportDto } from '../../usage/infrastructure/http/usage.dto.ts'
 * @import { UsageChoice } from './account-usage.js'
 * @import { ImageDto, ImageListDto } from '../../image-jobs/infrastructure/http/image.dto.ts'
 * @import { WebhookDeliveryPageDto } from '../../webhooks/infrastructure/http/deliveries.dto.ts'
 * @import { WebhookListDto, WebhookWithSecretDto } from '../../webhooks/infrastructure/http/webhooks.dto.ts'
 * @typedef {{ request: string, response: string }} Exchange A request and its answer as they went over the wire.
 */

/** How long a request that waits for a job may stay open, in seconds. */
const WAIT_SECONDS = 25;

/**
 * What the caller may do.
 * @returns {Promise<LimitsDto>}
 */
export const limits = async () => (await signed('/api/limits/')).json();

/**
 * @param {{ username: string, email: string, password: string }} account
 * @returns {Promise<Response>}
 */
export const register = (account) => answerTo('/accounts/register/', json('POST', account));

/** @returns {Promise<OwnAccountDto>} */
export const ownAccount = async () => (await signed('/accounts/me/')).json();

/** @returns {Promise<SessionListDto>} */
export const sessions = async () => (await signed('/accounts/sessions/')).json();

/** @param {string} id */
export const endSession = (id) => signed(`/accounts/sessions/${id}/`, json('DELETE'));

/** @returns {Promise<ApiKeyListDto>} */
export const apiKeys = async () => (await signed('/accounts/keys/')).json();

/**
 * @param {UsageChoice} choice
 * @returns {Promise<UsageReportDto>}
 */
export const usage = async ({ from, to, by }) =>
  (await signed(`/api/usage/?${new URLSearchParams({ from, to, group_by: by })}`)).json();

/**
 * @param {{ name: string, scopes: string[], expires_at?: string }} key
 * @returns {Promise<MadeApiKeyDto>}
 */
export const createApiKey = async (key) => (await signed('/accounts/keys/', json('POST', key))).json();

/** @param {string} id */
export const revokeApiKey = (id) => signed(`/accounts/keys/${id}/`, json('DELETE'));

/** @returns {Promise<WebhookListDto>} */
export const webhooks = async () => (await signed('/api/webhooks/')).json();

/**
 * @param {{ url: string, events: string[] }} webhook
 * @returns {Promise<WebhookWithSecretDto>}
 */
export const createWebhook = async (webhook) => (await signed('/api/webhooks/', json('POST', webhook))).json();

/**
 * @param {string} id
 * @param {{ disabled: boolean }} change
 */
export const changeWebhook = (id, change) => signed(`/api/webhooks/${id}/`, json('PATCH', change));

/** @param {string} id */
export const deleteWebhook = (id) => signed(`/api/webhooks/${id}/`, json('DELETE'));

/** @param {string} id @returns {Promise<WebhookWithSecretDto>} */
export const rotateWebhook = async (id) => (await signed(`/api/webhooks/${id}/rotate/`, json('POST'))).json();

/** @param {string} id */
export const testWebhook = (id) => signed(`/api/webhooks/${id}/test/`, json('POST'));

/** @param {string} id @returns {Promise<WebhookDeliveryPageDto>} */
export const webhookDeliveries = async (id) => (await signed(`/api/webhooks/${id}/deliveries/`)).json();

/** @param {string} id @param {string} delivery */
export const replayDelivery = (id, delivery) =>
  signed(`/api/webhooks/${id}/deliveries/${delivery}/replay/`, json('POST'));

/** @param {{ current_password: string, new_password: string, revoke_keys: boolean }} passwords */
export const changePassword = (passwords) => signed('/accounts/password/', json('POST', passwords));

/** @param {string} password */
export const deleteAccount = (password) => signed('/accounts/delete/', json('POST', { password }));

/**
 * One page of the account's jobs.
 * @param {string} [url] from `next` or `previous`
 * @returns {Promise<ImageListDto>}
 */
export const images = async (url = '/api/images/?limit=10') => (await signed(local(url))).json();

/**
 * @param {string} id
 * @returns {Promise<ImageDto>}
 */
export const image = async (id) => (await signed(`/api/images/${id}/`)).json();

/** @param {string} id */
export const deleteImage = (id) => signed(`/api/images/${id}/`, json('DELETE'));

/**
 * The bytes of a result.
 * @param {string} id
 */
export const download = async (id) => (await signed(`/api/images/${id}/download/`)).blob();

/**
 * Uploads a picture. Only XMLHttpRequest tells how far an upload is. With a `key`, a second request makes no second job.
 * @param {{ file: File, operations: string, waitSeconds: number, key?: string, onProgress?: (share: number) => void, onExchange?: (exchange: Exchange) => void }} upload
 * @returns {Promise<ImageDto>}
 */
export async function createImage({ file, operations, waitSeconds, key, onProgress, onExchange }) {
  const headers = { ...(await proof()), Prefer: `wait=${waitSeconds}`, ...(key && { 'Idempotency-Key': key }) };
  const form = new FormData();
  form.append('original_image', file, file.name);
  form.append('operations', operations);
  const request = new XMLHttpRequest();
  request.open('POST', '/api/images/');
  for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
  request.upload.addEventListener('progress', (event) => {
    if (event.lengthComputable) onProgress?.(event.loaded / event.total);
  });
  const done = Promise.withResolvers();
  request.addEventListener('load', () => done.resolve(undefined));
  request.addEventListener('error', () => done.reject(unreachable()));
  request.addEventListener('abort', () => done.reject(unreachable()));
  request.send(form);
  await done.promise;
  onExchange?.({ request: requestText(headers, file, operations), response: responseText(request) });
  if (request.status === 201) return JSON.parse(request.responseText);
  if (request.status === 401) forget();
  throw problemOf(request.status, request.responseText, request.getResponseHeader('Retry-After'));
}

/**
 * Follows a job to its end, by events; when the server has no stream to spare, by requests that wait.
 * @param {string} id
 * @param {ImageDto | null} known its state, if it is known
 * @param {(image: ImageDto) => void} onChange
 * @param {(seconds: number) => Promise<unknown>} pause waits, and may say so
 * @returns {Promise<ImageDto>} in its final state
 */
export async function follow(id, known, onChange, pause) {
  let current = known;
  let lastEventId = '';
  const changed = (/** @type {ImageDto} */ state) => {
    current = state;
    onChange(state);
  };
  for (;;) {
    if (current && isFinal(current)) return current;
    try {
      const headers = { Accept: 'text/event-stream', ...(lastEventId && { 'Last-Event-ID': lastEventId }) };
      for await (const event of eventsOf(await signed(`/api/images/${id}/events/`, { headers }))) {
        lastEventId = event.id || lastEventId;
        if (event.name === 'image') changed(JSON.parse(event.data));
        // A deleted job has no state any more: asking for it says so in the API's own words.
        if (event.name === 'deleted') changed(await image(id));
      }
      if (!current || !isFinal(current)) await pause(1);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (['too_many_streams', 'streams_full'].includes(error.code)) return poll(id, changed, pause);
      if (![0, 429, 503].includes(error.status)) throw error;
      await pause(error.retryAfter ?? 5);
    }
  }
}

/** @param {ImageDto} image */
export function isFinal({ status }) {
  return status !== 'pending' && status !== 'processing';
}

/**
 * @param {string} id
 * @param {(image: ImageDto) => void} changed
 * @param {(seconds: number) => Promise<unknown>} pause
 */
async function poll(id, changed, pause) {
  for (;;) {
    try {
      const answer = await signed(`/api/images/${id}/`, { headers: { Prefer: `wait=${WAIT_SECONDS}` } });
      /** @type {ImageDto} */
      const current = await answer.json();
      changed(current);
      if (isFinal(current)) return current;
      await pause(Number(answer.headers.get('Retry-After') ?? 5));
    } catch (error) {
      if (!(error instanceof Problem) || error.retryAfter === undefined) throw error;
      await pause(error.retryAfter);
    }
  }
}

/**
 * The events of a `text/event-stream`.
 * @param {Response} response
 */
async function* eventsOf({ body }) {
  if (!body) return;
  let rest = '';
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const blocks = (rest + value).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const event = { name: 'message', id: '', data: '' };
      for (const line of block.split('\n')) {
        const [, field, text = ''] = /^(event|id|data): ?(.*)$/.exec(line) ?? [];
        if (field === 'event') event.name = text;
        if (field === 'id') event.id = text;
        if (field === 'data') event.data += text;
      }
      yield event;
    }
  }
}

/**
 * A request of whoever is signed in, or of an anonymous caller.
 * @param {string} url
 * @param {RequestInit} [init]
 */
async function signed(url, init = {}) {
  const headers = { .../** @type {Record<string, string>} */ (init.headers ?? {}), ...(await proof()) };
  try {
    return await answerTo(url, { ...init, headers });
  } catch (error) {
    if (error instanceof Problem && error.code === 'invalid_token') forget();
    throw error;
  }
}

/**
 * Path and query of an absolute address of this API.
 * @param {string} url
 */
function local(url) {
  const { pathname, search } = new URL(url, location.href);
  return pathname + search;
}

/**
 * @param {Record<string, string>} headers
 * @param {File} file
 * @param {string} operations
 */
function requestText(headers, file, operations) {
  const shown = Object.entries(headers).map(([name, value]) =>
    name === 'Authorization' ? `${name}: Bearer …` : `${name}: ${value}`,
  );
  return `POST /api/images/ HTTP/1.1
Host: ${location.host}
${shown.join('\n')}
Content-Type: multipart/form-data; boundary=…

--…
Content-Disposition: form-data; name="original_image"; filename="${file.name}"
Content-Type: ${file.type}

(${file.size.toLocaleString('en')} bytes)
--…
Content-Disposition: form-data; name="operations"

${operations}
--…--`;
}

/** @param {XMLHttpRequest} request */
function responseText(request) {
  const headers = request.getAllResponseHeaders().trim().replaceAll('\r', '');
  let body = request.responseText;
  try {
    body = JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    // Shown as it came.
  }
  return `HTTP/1.1 ${request.status} ${request.statusText}\n${headers}\n\n${body}`;
}
