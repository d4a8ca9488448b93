import { element } from './dom.js';
import { keptResult } from './kept-results.js';
import { smallButton } from './lists.js';
import { change, moment, size } from './words.js';

/**
 * @import { ImageDto } from '../../image-jobs/infrastructure/http/image.dto.ts'
 * @typedef {{ text: string, label: string, onclick: () => void }} Action
 */

/**
 * A job as a line of a list: a small picture where this browser has seen the result, name, steps, sizes and state.
 * @param {ImageDto} job
 * @param {string} name of the file
 * @param {Action[]} actions
 */
export function jobRow(job, name, actions) {
  const { source, result, operations, outputs } = job;
  const status = statusNow(job);
  const steps =
    outputs.length > 1
      ? `${outputs.length} results: ${outputs.map((output) => output.name).join(', ')}`
      : operations.map(({ operation_type }) => operation_type).join(', ') || 'encoded anew';
  const place = element('span', { class: 'small-picture', 'aria-hidden': 'true' }, (result ?? source).format);
  void showPicture(place, job.id);
  return element(
    'li',
    { class: 'job-row' },
    place,
    element(
      'span',
      { class: 'grow' },
      element('strong', {}, name),
      element('span', { class: 'hint' }, `${steps} · ${moment(job.created_at)}`),
    ),
    element(
      'span',
      { class: 'figures' },
      result ? `${size(source.bytes)} → ${size(result.bytes)}` : size(source.bytes),
      result ? element('span', { class: 'hint' }, change(source.bytes, result.bytes)) : null,
    ),
    element('span', { class: `badge ${status}` }, status),
    element(
      'span',
      { class: 'row-actions' },
      ...actions.map(({ text, label, onclick }) => smallButton(text, onclick, label)),
    ),
  );
}

/** The state of a job that was completed some time ago. @param {ImageDto} job */
export function statusNow({ status, download_expires_at: end }) {
  return status === 'completed' && end && Date.parse(end) <= Date.now() ? 'expired' : status;
}

/** @param {HTMLElement} place @param {string} id */
async function showPicture(place, id) {
  const small = (await keptResult(id))?.small;
  if (!small) return;
  const address = URL.createObjectURL(small);
  const picture = element('img', { src: address, alt: '' });
  picture.addEventListener('load', () => URL.revokeObjectURL(address));
  place.replaceChildren(picture);
}
