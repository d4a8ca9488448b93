import { busyButton, element } from './dom.js';
import { wordsOfCode } from './form-words.js';
import { replace, state, tell } from './job-stage.js';
import { failureWords } from './job-words.js';
import { duration } from './words.js';

/**
 * @import { BatchDto, BatchImageDto } from '../../image-jobs/infrastructure/http/batch.dto.ts'
 * @import { LimitsDto } from '../../accounts/infrastructure/http/limits.dto.ts'
 * @typedef {{ row: HTMLElement, bar: HTMLProgressElement, badge: HTMLElement, why: HTMLElement }} Row
 * @typedef {{ limits: LimitsDto, onArchive: () => Promise<void>, onDelete: () => void }} Finished
 */

/** What is said of a file's state, and how full its bar is; a bar without a figure moves. @type {Record<BatchImageDto['status'], [string, number | null]>} */
const STATES = {
  pending: ['waiting', 0],
  processing: ['processing', null],
  completed: ['completed', 1],
  expired: ['expired', 1],
  failed: ['failed', 1],
  refused: ['refused', 1],
};

/** A batch of these files, as it goes on: shown once, and then changed in its place, so that nothing jumps. */
export class BatchView {
  /** What is done when it is cancelled. @type {() => void} */
  onCancel = () => {};

  /** @param {string[]} names of the files, in the order sent */
  constructor(names) {
    this.rows = names.map(rowOf);
    this.bar = element('progress', { 'aria-label': 'All pictures', max: 1, value: 0 });
    this.head = element('div', {});
    this.actions = element(
      'div',
      { class: 'window' },
      element('button', { class: 'button quiet', type: 'button', onclick: () => this.onCancel() }, 'Cancel'),
    );
    this.detail = element('p', { class: 'hint job-detail' });
    this.told = -1;
    const list = element(
      'ul',
      { class: 'batch-files', 'aria-label': 'Files of the batch', tabindex: 0 },
      ...this.rows.map(({ row }) => row),
    );
    this.show('uploading', names.length);
    replace(this.head, this.bar, this.detail, this.actions, list);
    tell(`Uploading ${names.length} pictures`);
  }

  /** How far the upload is: the files go out in their order. @param {number} sent bytes @param {File[]} files */
  uploaded(sent, files) {
    let before = 0;
    for (const [at, { size }] of files.entries()) {
      const row = this.rows[at];
      if (row) row.bar.value = Math.min(1, Math.max(0, sent - before) / Math.max(1, size));
      before += size;
    }
    const share = Math.min(1, sent / Math.max(1, before));
    this.bar.value = share;
    this.detail.textContent = share < 1 ? `${Math.floor(share * 100)} % sent` : 'Sent; the server reads it';
  }

  /** Says what is done about the cancellation. @param {string} what */
  cancelling(what) {
    this.detail.textContent = what;
    for (const button of this.actions.querySelectorAll('button')) button.disabled = true;
  }

  /** A state of the batch. @param {BatchDto} batch */
  changed(batch) {
    const { total, completed, failed, refused, processing } = batch;
    const done = completed + failed + refused;
    this.show(batch.status, total);
    this.bar.value = done / Math.max(1, total);
    this.detail.textContent = `${done} of ${total} done${processing > 0 ? `, ${processing} in work` : ''}`;
    for (const [at, image] of batch.images.entries()) {
      const row = this.rows[at];
      if (row) showFile(row, image);
    }
    // Not every one of fifty is told: quarters are enough for whoever listens.
    const quarter = Math.floor((4 * done) / Math.max(1, total));
    if (quarter !== this.told && batch.status === 'processing') tell(this.detail.textContent);
    this.told = quarter;
  }

  /** The batch at its end. @param {BatchDto} batch @param {Finished} finished */
  ended(batch, { limits, onArchive, onDelete }) {
    const { completed, failed, refused, total } = batch;
    const count = (/** @type {number} */ files, /** @type {string} */ what) => (files > 0 ? [`${files} ${what}`] : []);
    const outcome = [`${completed} of ${total} completed`, ...count(failed, 'failed'), ...count(refused, 'refused')];
    this.detail.textContent = `${outcome.join(', ')}.`;
    this.bar.hidden = true;
    const kept = `The server keeps the results for ${duration(limits.download_seconds)}, and for ${duration(limits.after_download_seconds)} once they were downloaded.`;
    this.actions.replaceChildren(
      batch.archive_url ? busyButton('Download all as ZIP', 'Fetching the ZIP …', onArchive) : '',
      element('button', { class: 'button quiet', type: 'button', onclick: onDelete }, 'Delete'),
      element('p', {}, batch.archive_url ? kept : withoutArchive(batch)),
    );
    tell(this.detail.textContent);
  }

  /** @param {string} status @param {number} total */
  show(status, total) {
    this.head.replaceChildren(state(status, total === 1 ? '1 picture' : `${total} pictures`));
  }
}

/** @param {BatchDto} batch */
function withoutArchive({ completed }) {
  return completed > 0
    ? 'The download window is over, and the results are erased. Send the pictures again.'
    : 'There is no result to download.';
}

/** @param {string} name @returns {Row} */
function rowOf(name) {
  const bar = element('progress', { 'aria-label': name, max: 1, value: 0 });
  const badge = element('span', { class: 'badge' }, 'uploading');
  const why = element('p', { class: 'error', hidden: true });
  return { row: element('li', {}, element('span', { class: 'file-name' }, name), badge, bar, why), bar, badge, why };
}

/** @param {Row} row @param {BatchImageDto} image */
function showFile({ bar, badge, why }, { status, error }) {
  const [word, share] = STATES[status];
  if (share === null) bar.removeAttribute('value');
  else bar.value = share;
  bar.className = status;
  badge.className = `badge ${status}`;
  badge.textContent = word;
  why.hidden = !error;
  why.textContent = error ? (wordsOfCode(error.code) ?? failureWords(error)) : '';
}
