import { deleteBatch, download, limits } from './api.js';
import { dropBatch, rememberBatch } from './batch-history.js';
import { BatchView } from './batch-view.js';
import { find } from './dom.js';
import { follow } from './follow.js';
import { showProblem } from './form.js';
import { wordsOf } from './form-words.js';
import { Problem } from './http.js';
import { bringIntoView, showGone, showRefusal } from './job-stage.js';
import { announce, begin, isShown, pauseOf, persistently } from './job-turns.js';
import { saveFile } from './save-file.js';
import { createBatch } from './uploads.js';

/** @import { BatchDto } from '../../image-jobs/infrastructure/http/batch.dto.ts' */

/** A quick batch is done within this time of its upload, and spares a second request. */
const WAIT_SECONDS = 1;

/** Reasons of so many files are shown when none is taken. */
const MOST_REASONS = 5;

const form = find('#builder', HTMLFormElement);

/** How many pictures are sent as a batch, and shown to its end. @type {import('./upload-run.js').Run} */
export function runBatch({ key, files, wanted }, turn, onExchange) {
  const abort = new AbortController();
  const { signal } = abort;
  const all = files.reduce((sum, { size }) => sum + size, 0);
  let isSent = false;
  /** Cancelled when the server may have all of it already: what it then has is erased. */
  let isUnwanted = false;
  const view = new BatchView(files.map(({ name }) => name));
  view.onCancel = () => {
    if (!isSent) return abort.abort();
    isUnwanted = true;
    view.cancelling('Cancelled as soon as the server answers.');
  };
  const onProgress = (/** @type {number} */ bytes, /** @type {number} */ total) => {
    isSent = bytes >= total;
    // The form has more than its files.
    if (isShown(turn) && !isUnwanted) view.uploaded((bytes / total) * all, files);
  };
  return {
    name: `${files.length} pictures`,
    cancelled: signal,
    async deliver() {
      signal.throwIfAborted();
      const sending = { key, waitSeconds: WAIT_SECONDS, signal, onProgress, onExchange };
      try {
        const batch = await createBatch(files, wanted, sending);
        return { id: batch.id, finish: () => (isUnwanted ? remove(batch.id) : finish(batch.id, batch, view, turn)) };
      } catch (error) {
        isSent = false;
        // What was refused need not be erased. A server that was not reached may have it all the same.
        if (isUnwanted && error instanceof Problem && error.status !== 0) abort.abort();
        throw error;
      }
    },
    explained: (problem) => withNames(problem, files),
  };
}

/** Goes on with a batch of an earlier visit. @param {string} id */
export async function resumeBatch(id) {
  const turn = begin();
  bringIntoView();
  history.replaceState(null, '', `#batch=${id}`);
  try {
    await finish(id, null, null, turn);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (error.status === 404) dropBatch(id);
    if (isShown(turn)) showRefusal(wordsOf(error), 'Batch');
    announce();
  }
}

/**
 * Follows a batch to its end.
 * @param {string} id @param {BatchDto | null} known its state, if it is known @param {BatchView | null} shown
 * @param {number} turn
 */
async function finish(id, known, shown, turn) {
  let view = shown;
  const note = (/** @type {BatchDto} */ batch) => {
    rememberBatch(batch);
    announce();
    if (!isShown(turn)) return;
    view ??= new BatchView(batch.images.map(({ name }) => name));
    // From here on to cancel is to erase what the server has.
    view.onCancel = () => remove(id);
    view.changed(batch);
  };
  if (known) note(known);
  const batch = await follow(`/api/batches/${id}/`, known, note, pauseOf(turn));
  if (!isShown(turn)) return;
  const onArchive = () => saveArchive(batch);
  view?.ended(batch, { limits: await persistently(limits, turn), onArchive, onDelete: () => remove(id) });
}

/** @param {BatchDto} batch */
async function saveArchive({ id, detail_url: url }) {
  try {
    saveFile(await download(`${url}archive/`), `batch-${id.slice(0, 8)}.zip`);
  } catch (error) {
    showProblem(form, error);
  }
}

/** Erases a batch with its pictures and results. @param {string} id */
async function remove(id) {
  // What is still followed shows nothing more.
  begin();
  try {
    await deleteBatch(id);
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 404) {
      showProblem(form, error);
      return resumeBatch(id);
    }
  }
  dropBatch(id);
  announce();
  history.replaceState(null, '', location.pathname);
  showGone('Deleted: pictures and results are erased.');
}

/** Reasons that stand at places of the form name the files. @param {Problem} problem @param {File[]} files */
function withNames(problem, files) {
  const { errors } = problem.document;
  const refused = errors?.filter(({ code }) => code === 'file_refused') ?? [];
  if (!errors || refused.length === 0) return problem;
  const named = refused.slice(0, MOST_REASONS).map((fault) => {
    const name = files[Number(fault.pointer.split('/')[2])]?.name ?? '';
    return { ...fault, pointer: '', detail: `${name}: ${fault.detail}` };
  });
  const more = refused.length - named.length;
  if (more > 0) named.push({ pointer: '', code: 'file_refused', detail: `${more} more are refused, too` });
  return new Problem({ ...problem.document, errors: named }, problem.retryAfter);
}
