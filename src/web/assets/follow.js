import { Problem } from './http.js';
import { signed } from './signed.js';

/** How long a request that waits for a job may stay open, in seconds. */
const WAIT_SECONDS = 25;

/**
 * Follows a job or a batch to its end, by events; when the server has no stream to spare, by requests that wait.
 * @template {{ status: string }} State
 * @param {string} path of its resource
 * @param {State | null} known its state, if it is known
 * @param {(state: State) => void} onChange
 * @param {(seconds: number) => Promise<unknown>} pause waits, and may say so
 * @returns {Promise<State>} its final state
 */
export async function follow(path, known, onChange, pause) {
  let current = known;
  let lastEventId = '';
  const changed = (/** @type {State} */ state) => {
    current = state;
    onChange(state);
  };
  for (;;) {
    if (current && isFinal(current)) return current;
    try {
      const headers = { Accept: 'text/event-stream', ...(lastEventId && { 'Last-Event-ID': lastEventId }) };
      for await (const event of eventsOf(await signed(`${path}events/`, { headers }))) {
        lastEventId = event.id || lastEventId;
        // What is deleted has no state any more: asking for it says so in the API's own words.
        changed(event.name === 'deleted' ? await (await signed(path)).json() : JSON.parse(event.data));
      }
      if (!current || !isFinal(current)) await pause(1);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (['too_many_streams', 'streams_full'].includes(error.code)) return poll(path, changed, pause);
      if (![0, 429, 503].includes(error.status)) throw error;
      await pause(error.retryAfter ?? 5);
    }
  }
}

/** @param {{ status: string }} state of a job or a batch */
export function isFinal({ status }) {
  return status !== 'pending' && status !== 'processing';
}

/**
 * @template {{ status: string }} State
 * @param {string} path
 * @param {(state: State) => void} changed
 * @param {(seconds: number) => Promise<unknown>} pause
 * @returns {Promise<State>}
 */
async function poll(path, changed, pause) {
  for (;;) {
    try {
      const answer = await signed(path, { headers: { Prefer: `wait=${WAIT_SECONDS}` } });
      /** @type {State} */
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
      // A comment, which keeps the connection alive, has no data.
      if (event.data !== '') yield event;
    }
  }
}
