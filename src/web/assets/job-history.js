import { element, find } from './dom.js';
import { change, moment, size } from './words.js';

/**
 * @import { ImageDto } from '../../image-jobs/infrastructure/http/image.dto.ts'
 * @typedef {{ id: string, name: string, job: ImageDto }} Entry
 */

const KEY = 'imagepro.jobs';
const MOST = 20;

/** The jobs that this browser started, newest first. @returns {Entry[]} */
export function entries() {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? '[]');
  } catch {
    return [];
  }
}

/** Keeps the latest state of a job. @param {string} name of the file @param {ImageDto} job */
export function remember(name, job) {
  const others = entries().filter(({ id }) => id !== job.id);
  const known = entries().findIndex(({ id }) => id === job.id);
  others.splice(Math.max(0, known), 0, { id: job.id, name, job });
  localStorage.setItem(KEY, JSON.stringify(others.slice(0, MOST)));
}

/** @param {string} id */
export function drop(id) {
  localStorage.setItem(KEY, JSON.stringify(entries().filter((entry) => entry.id !== id)));
}

/**
 * Lists the jobs.
 * @param {(entry: Entry) => void} onOpen
 */
export function showHistory(onOpen) {
  const place = find('#history', HTMLElement);
  const all = entries();
  if (all.length === 0) {
    place.replaceChildren(element('p', { class: 'hint' }, 'None yet. They are remembered in this browser alone.'));
    return;
  }
  const forgetAll = () => {
    localStorage.removeItem(KEY);
    showHistory(onOpen);
  };
  place.replaceChildren(
    element('ul', { class: 'rows' }, ...all.map((entry) => row(entry, onOpen))),
    element(
      'p',
      {},
      element('button', { type: 'button', class: 'button quiet small', onclick: forgetAll }, 'Forget them'),
    ),
  );
}

/** @param {Entry} entry @param {(entry: Entry) => void} onOpen */
function row(entry, onOpen) {
  const { name, job } = entry;
  const { source, result, operations } = job;
  const sizes = result
    ? `${size(source.bytes)} → ${size(result.bytes)}, ${change(source.bytes, result.bytes)}`
    : size(source.bytes);
  const steps = operations.map((operation) => operation.operation_type).join(', ') || 'encoded anew';
  const status = statusNow(job);
  return element(
    'li',
    {},
    element(
      'span',
      { class: 'grow' },
      element('strong', {}, name),
      element('br'),
      element('span', { class: 'hint' }, `${steps} · ${moment(job.created_at)}`),
    ),
    element('span', {}, sizes),
    element('span', { class: `badge ${status}` }, status),
    element(
      'button',
      { type: 'button', class: 'button quiet small', 'aria-label': `Show ${name}`, onclick: () => onOpen(entry) },
      'Show',
    ),
  );
}

/** The state of a job that was completed some time ago. @param {ImageDto} job */
function statusNow({ status, download_expires_at: end }) {
  return status === 'completed' && end && Date.parse(end) <= Date.now() ? 'expired' : status;
}
