import { deleteImage, download, image, limits } from './api.js';
import { find } from './dom.js';
import { follow, isFinal } from './follow.js';
import { showProblem } from './form.js';
import { wordsOf } from './form-words.js';
import { Problem } from './http.js';
import { drop, nameOf, remember } from './job-history.js';
import { bringIntoView, showGone, showRefusal } from './job-stage.js';
import { announce, begin, isShown, pauseOf, persistently } from './job-turns.js';
import { showEnd, showProgress, showResult, showUpload } from './job-view.js';
import { keepResult, keptResult } from './kept-results.js';
import { showOutputs } from './outputs-view.js';
import { archiveName, saveFile } from './save-file.js';
import { createImage } from './uploads.js';

/**
 * @import { ImageDto } from '../../image-jobs/infrastructure/http/image.dto.ts'
 */

/** A quick job is done within this time of its upload, and spares a second request. */
const WAIT_SECONDS = 1;

const form = find('#builder', HTMLFormElement);

/** How one picture is sent, and shown to its end. @type {import('./upload-run.js').Run} */
export function runImage({ key, files, wanted }, turn, onExchange) {
  const [file] = /** @type {[File]} */ (files);
  // The page may choose another picture while this one is on its way.
  const before = URL.createObjectURL(file);
  showUpload(file.name, 0);
  const onProgress = (/** @type {number} */ bytes, /** @type {number} */ all) =>
    isShown(turn) && showUpload(file.name, bytes / all);
  return {
    name: file.name,
    async deliver() {
      const created = await createImage(file, wanted, { key, waitSeconds: WAIT_SECONDS, onProgress, onExchange });
      return { id: created.id, finish: () => finish(created.id, created, file.name, before, turn) };
    },
  };
}

/** Goes on with a job of an earlier visit. @param {string} id */
export async function resume(id) {
  const turn = begin();
  const name = nameOf(id);
  bringIntoView();
  history.replaceState(null, '', `#job=${id}`);
  const kept = (await keptResult(id))?.files;
  try {
    const known = kept ? await image(id) : null;
    if (kept && known?.result) return present(known, name, null, kept, turn);
    await finish(id, known, name, null, turn);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (error.status === 404) await drop(id);
    if (isShown(turn)) showRefusal(wordsOf(error), name);
    announce();
  }
}

/**
 * Follows a job to its end and shows its results.
 * @param {string} id @param {ImageDto | null} known its state, if it is known @param {string} name
 * @param {string | null} before @param {number} turn
 */
async function finish(id, known, name, before, turn) {
  const note = (/** @type {ImageDto} */ job) => {
    remember(name, job);
    announce();
    if (isShown(turn) && !isFinal(job)) showProgress(job, name);
  };
  if (known) note(known);
  const job = await follow(`/api/images/${id}/`, known, note, pauseOf(turn));
  if (!isShown(turn)) return;
  if (job.status !== 'completed') return showEnd(job, name);
  const files = await fetched(job, turn);
  await keepResult(id, files);
  const endsAt = await endAfterDownload(job);
  present({ ...job, download_expires_at: new Date(endsAt).toISOString() }, name, before, files, turn);
}

/**
 * When the server erases a job whose results were fetched just now: that has shortened the window. Where the limits
 * cannot be read, when it would have without.
 * @param {ImageDto} job
 */
async function endAfterDownload({ download_expires_at: expiresAt }) {
  const latest = Date.parse(expiresAt ?? '');
  try {
    // Asking for the job would cost one of few requests, as limits do not.
    const { after_download_seconds: seconds } = await limits();
    return Math.min(latest, Date.now() + seconds * 1000);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return latest;
  }
}

/** All results of a job, by the name of the output. @param {ImageDto} job @param {number} turn */
async function fetched({ outputs }, turn) {
  /** @type {Record<string, Blob>} */
  const files = {};
  for (const { name, download_url: url } of outputs) {
    if (url) files[name] = await persistently(() => download(url), turn);
  }
  return files;
}

/**
 * Shows results that this browser has.
 * @param {ImageDto} job @param {string} name @param {string | null} before @param {Record<string, Blob>} files
 * @param {number} turn
 */
function present(job, name, before, files, turn) {
  remember(name, job);
  announce();
  if (!isShown(turn)) return;
  const outcome = {
    name,
    endsAt: job.status === 'completed' ? Date.parse(job.download_expires_at ?? '') : 0,
    onDelete: () => remove(job.id, turn),
    onExpired: announce,
  };
  const [after] = Object.values(files);
  if (job.outputs.length > 1) showOutputs(job, { ...outcome, files, onArchive: () => saveArchive(job) });
  else if (after) showResult(job, { ...outcome, before, after });
}

/** @param {ImageDto} job */
async function saveArchive(job) {
  try {
    saveFile(await download(`${job.detail_url}archive/`), archiveName(job));
  } catch (error) {
    showProblem(form, error);
  }
}

/** @param {string} id @param {number} turn */
async function remove(id, turn) {
  try {
    await deleteImage(id);
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 404) return showProblem(form, error);
  }
  await drop(id);
  announce();
  history.replaceState(null, '', location.pathname);
  if (isShown(turn)) showGone('Deleted: original and result are erased.');
}
