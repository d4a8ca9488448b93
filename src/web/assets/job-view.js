import { comparison } from './compare.js';
import { element, find } from './dom.js';
import { change, clock, size } from './words.js';

/**
 * @import { ImageDto, ImageResultDto } from '../../image-jobs/infrastructure/http/image.dto.ts'
 * @typedef {{ name: string, before: string | null, after: Blob, endsAt: number, onDelete: () => void, onExpired: () => void }} Outcome
 *   `before` is the original's address; `endsAt` is when the server erases the result, by this browser's clock, or has.
 */

const WARNINGS = /** @type {Record<string, string>} */ ({
  animation_flattened: 'Only the first frame was kept.',
  hdr_flattened: 'The picture is HDR; it was read as if it were not.',
  kept_original: 'Encoded anew it would have grown, so it is the original picture, without its metadata.',
  palette_skipped: 'The PNG was too large for a palette, so it is lossless.',
  proportions_changed: 'The picture was stretched: its proportions have changed.',
});

/** Why jobs fail, and what helps. */
const JOB_ERRORS = /** @type {Record<string, string>} */ ({
  image_truncated: 'The file ends before its last pixel. Choose the complete file.',
  image_corrupt: 'The pixels of this file cannot be read. Open it in an editor, and save it anew.',
  cannot_be_so_small: 'The file cannot be made so small. Allow more kB, or make the picture smaller first.',
  took_too_long: 'This took too long. Ask for a smaller result, or for fewer operations.',
  out_of_memory: 'This needs too much memory. Choose a smaller picture, or ask for a smaller result.',
  worker_crashed: 'This file crashes the decoder. Open it in an editor, and save it anew.',
  processing_failed: 'The work failed. Send the picture again.',
});

const place = find('#job', HTMLElement);

/** @type {ReturnType<typeof setInterval> | undefined} */
let ticking;

/** @type {string | null} */
let shownResult = null;

/** Shows how far an upload is. @param {string} name @param {number} share from 0 to 1 */
export function showUpload(name, share) {
  const bar = place.querySelector('progress[data-upload]');
  if (bar instanceof HTMLProgressElement) {
    bar.value = share;
    find('.job-detail', HTMLElement, place).textContent = uploaded(share);
    return;
  }
  replace(
    state('uploading', name),
    element('progress', { 'data-upload': true, 'aria-label': 'Upload', max: 1, value: share }),
    element('p', { class: 'hint job-detail' }, uploaded(share)),
  );
  tell(`Uploading ${name}`);
}

/** Shows a job that is not done, with its place in the queue and its estimate. @param {ImageDto} job @param {string} name */
export function showProgress(job, name) {
  const estimate = Math.max(1, job.seconds_remaining ?? 1);
  const from = performance.now();
  const bar = element('progress', { 'aria-label': 'Progress of the job, estimated', max: 1, value: 0 });
  const detail = element('p', { class: 'hint job-detail' });
  const waiting = job.queue_position ? `Number ${job.queue_position} in the queue` : 'A worker is on it';
  replace(state(job.status, name), bar, detail);
  tick(() => {
    const passed = (performance.now() - from) / 1000;
    // An estimate is never certain enough to say that all is done.
    bar.value = Math.min(0.95, passed / estimate);
    const left = Math.ceil(estimate - passed);
    detail.textContent = `${waiting}, ${left > 0 ? `about ${left} s left` : 'any moment now'}`;
  });
  tell(`${name} is ${job.status}. ${detail.textContent}`);
}

/** Says what a job waits for, in place of its estimate. @param {string} why */
export function showWaiting(why) {
  clearInterval(ticking);
  const detail = place.querySelector('.job-detail');
  if (detail) detail.textContent = why;
}

/** Shows a job without a result. @param {ImageDto} job @param {string} name */
export function showEnd({ status, error, result, source }, name) {
  const words =
    status === 'failed'
      ? element(
          'div',
          { class: 'alert' },
          element(
            'p',
            {},
            element('strong', {}, JOB_ERRORS[error?.code ?? ''] ?? `${error?.detail ?? 'The job failed'}.`),
          ),
          error ? element('p', {}, element('a', { href: `/problems/${error.code}/` }, 'What this means')) : null,
        )
      : element(
          'p',
          { class: 'notice' },
          'The download window is over, and the result is erased. Send the picture again.',
        );
  replace(state(status, name), words, result ? figures(source, result) : '');
  tell(`${name}: ${status}`);
}

/** Shows what an earlier job was refused with. @param {string} sentence @param {string} name */
export function showRefusal(sentence, name) {
  replace(state('refused', name), element('p', { class: 'alert' }, `${sentence}.`));
  tell(sentence);
}

/** Shows a result beside its original. @param {ImageDto} job @param {Outcome} outcome */
export function showResult(job, { name, before, after, endsAt, onDelete, onExpired }) {
  const { result, source, warnings } = job;
  if (!result) return;
  const address = URL.createObjectURL(after);
  const badge = state('completed', name);
  const countdown = element('span', { class: 'countdown', id: 'countdown' });
  const window = element('p', {});
  replace(
    badge,
    before
      ? comparison(before, address, source, result)
      : element('img', { src: address, alt: 'Result', width: result.width, height: result.height }),
    figures(source, result),
    ...warnings.map(({ code, detail }) => element('p', { class: 'notice' }, WARNINGS[code] ?? detail)),
    element(
      'div',
      { class: 'window' },
      element(
        'a',
        { class: 'button', href: address, download: `${name.replace(/\.[^.]*$/, '')}.${result.format}` },
        'Save the result',
      ),
      element('button', { class: 'button quiet', type: 'button', onclick: onDelete }, 'Delete'),
      window,
    ),
  );
  shownResult = address;
  const wasOpen = endsAt > Date.now();
  window.append('This browser keeps its own copy. Other devices can fetch it for another ', countdown, '.');
  tick(() => {
    const left = (endsAt - Date.now()) / 1000;
    countdown.textContent = clock(left);
    if (left > 0) return true;
    badge.replaceWith(state('expired', name));
    window.textContent = 'The server has erased the result. This browser still has its own copy.';
    if (wasOpen) tell('The server has erased the result; this browser still has its own copy');
    onExpired();
    return false;
  });
  tell(`${name} is completed, ${change(source.bytes, result.bytes)} in size`);
}

/** Shows that a job is gone. */
export function showDeleted() {
  replace(element('p', { class: 'empty' }, 'Deleted: original and result are erased.'));
  tell('Deleted');
}

/** @param {ImageDto['source']} source @param {NonNullable<ImageDto['result']>} result */
function figures(source, result) {
  const figure = (
    /** @type {string} */ term,
    /** @type {Pick<ImageResultDto, 'format' | 'width' | 'height' | 'bytes'> & { quality?: number | null }} */
    { format, width, height, bytes, quality },
  ) =>
    element(
      'div',
      {},
      element('dt', {}, term),
      element(
        'dd',
        {},
        size(bytes),
        element(
          'div',
          { class: 'detail' },
          `${format.toUpperCase()}, ${width} × ${height}${quality ? `, quality ${quality}` : ''}`,
        ),
      ),
    );
  const larger = result.bytes > source.bytes;
  return element(
    'dl',
    { class: 'sizes' },
    figure('Original', source),
    figure('Result', result),
    element(
      'div',
      { class: larger ? 'saving larger' : 'saving' },
      element('dt', {}, larger ? 'Grown' : 'Saved'),
      element(
        'dd',
        { id: 'saving' },
        change(source.bytes, result.bytes),
        element('div', { class: 'detail' }, `in ${result.processing_ms} ms`),
      ),
    ),
  );
}

/** @param {string} status @param {string} name */
function state(status, name) {
  return element(
    'p',
    { class: 'job-state' },
    element('span', { class: `badge ${status}`, id: 'status' }, status),
    element('strong', {}, name),
  );
}

/** @param {number} share */
function uploaded(share) {
  return share < 1 ? `${Math.floor(share * 100)} % sent` : 'Sent; the server reads it';
}

/** Runs now and four times a second, until it answers false or something else is shown. @param {() => boolean | void} step */
function tick(step) {
  clearInterval(ticking);
  step();
  ticking = setInterval(() => {
    if (step() === false) clearInterval(ticking);
  }, 250);
}

/** @param {...(Node | string)} children */
function replace(...children) {
  clearInterval(ticking);
  if (shownResult) URL.revokeObjectURL(shownResult);
  shownResult = null;
  place.replaceChildren(element('div', { class: 'job' }, ...children));
}

/** Brings what is shown into view, where it is not. */
export function bringIntoView() {
  const title = find('#result-title', HTMLElement);
  const { top } = title.getBoundingClientRect();
  // Below the page's header, and not at the bottom edge with the result under it.
  if (top < 64 || top > innerHeight / 2) title.scrollIntoView({ block: 'start' });
}

/** @param {string} news for screen readers */
function tell(news) {
  find('#job-news', HTMLElement).textContent = news;
}
