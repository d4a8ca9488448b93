import { batches } from './api.js';
import { element } from './dom.js';
import { moment } from './words.js';

/** @import { BatchDto } from '../../image-jobs/infrastructure/http/batch.dto.ts' */

/** The account's batches, also those that another device or program sent. @type {BatchDto[]} */
let ofAccount = [];

/** Those that were deleted here, whose jobs the list of jobs may still have. @type {BatchDto[]} */
let deleted = [];

/** Reads them, where somebody is signed in. @param {boolean} isSignedIn */
export async function readBatches(isSignedIn) {
  ofAccount = isSignedIn ? (await batches()).results : [];
}

/** What is known of them, newest first. */
export function accountBatches() {
  return ofAccount;
}

/** Whether a job is one of a batch that is listed, or was. @param {string} id */
export function isInBatch(id) {
  return [...ofAccount, ...deleted].some(({ images }) => images.some(({ detail_url: url }) => url?.includes(id)));
}

/** Keeps the latest state of a batch. @param {BatchDto} batch */
export function rememberBatch(batch) {
  const isKnown = ofAccount.some(({ id }) => id === batch.id);
  ofAccount = isKnown ? ofAccount.map((one) => (one.id === batch.id ? batch : one)) : [batch, ...ofAccount];
}

/** @param {string} id */
export function dropBatch(id) {
  deleted = [...deleted, ...ofAccount.filter((one) => one.id === id)];
  ofAccount = ofAccount.filter((one) => one.id !== id);
}

/** A batch as a line of a list. @param {BatchDto} batch @param {(batch: BatchDto) => void} onOpen */
export function batchRow(batch, onOpen) {
  const { total, completed, failed, refused, status, images, created_at: at } = batch;
  const name = total === 1 ? '1 picture' : `${total} pictures`;
  const [first] = images;
  return element(
    'li',
    { class: 'job-row' },
    element('span', { class: 'small-picture', 'aria-hidden': 'true' }, `× ${total}`),
    element(
      'span',
      { class: 'grow' },
      element('strong', {}, name),
      element('span', { class: 'hint' }, `${first?.name ?? ''}${total > 1 ? ' …' : ''} · ${moment(at)}`),
    ),
    element(
      'span',
      { class: 'figures' },
      `${completed} completed`,
      failed + refused > 0 ? element('span', { class: 'hint' }, `${failed + refused} without a result`) : null,
    ),
    element('span', { class: `badge ${status}` }, status),
    element(
      'span',
      { class: 'row-actions' },
      element(
        'button',
        {
          type: 'button',
          class: 'button quiet small',
          'aria-label': `Show the batch of ${name}, ${moment(at)}`,
          onclick: () => onOpen(batch),
        },
        'Show',
      ),
    ),
  );
}
