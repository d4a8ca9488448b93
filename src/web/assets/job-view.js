import { comparison } from './compare.js';
import { element } from './dom.js';
import { addressOf, replace, shownElement, showWaiting, state, tell, tick } from './job-stage.js';
import { failureWords, warningWords } from './job-words.js';
import { countWindow } from './result-window.js';
import { stemOf } from './save-file.js';
import { change, size } from './words.js';

/**
 * @import { ImageDto, ImageResultDto } from '../../image-jobs/infrastructure/http/image.dto.ts'
 * @typedef {{ name: string, before: string | null, after: Blob, endsAt: number, onDelete: () => void, onExpired: () => void }} Outcome
 *   `before` is the original's address; `endsAt` is when the server erases the result, by this browser's clock, or has.
 */

/** Shows how far an upload is. @param {string} name @param {number} share from 0 to 1 */
export function showUpload(name, share) {
  const bar = shownElement('progress[data-upload]');
  if (bar instanceof HTMLProgressElement) {
    bar.value = share;
    return showWaiting(uploaded(share));
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

/** Shows a job without a result. @param {ImageDto} job @param {string} name */
export function showEnd({ status, error, result, source }, name) {
  const words =
    status === 'failed'
      ? element(
          'div',
          { class: 'alert' },
          element('p', {}, element('strong', {}, failureWords(error))),
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

/** Shows a result beside its original. @param {ImageDto} job @param {Outcome} outcome */
export function showResult(job, { name, before, after, endsAt, onDelete, onExpired }) {
  const { result, source, warnings } = job;
  if (!result) return;
  const address = addressOf(after);
  const badge = state('completed', name);
  const window = element('p', {});
  replace(
    badge,
    before
      ? comparison(before, address, source, result)
      : element('img', { src: address, alt: 'Result', width: result.width, height: result.height }),
    figures(source, result),
    ...warnings.map((warning) => element('p', { class: 'notice' }, warningWords(warning))),
    element(
      'div',
      { class: 'window' },
      element('a', { class: 'button', href: address, download: `${stemOf(name)}.${result.format}` }, 'Save the result'),
      element('button', { class: 'button quiet', type: 'button', onclick: onDelete }, 'Delete'),
      window,
    ),
  );
  countWindow(window, endsAt, 'result', () => {
    badge.replaceWith(state('expired', name));
    onExpired();
  });
  tell(`${name} is completed, ${change(source.bytes, result.bytes)} in size`);
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

/** @param {number} share */
function uploaded(share) {
  return share < 1 ? `${Math.floor(share * 100)} % sent` : 'Sent; the server reads it';
}
