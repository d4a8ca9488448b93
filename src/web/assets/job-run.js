import { createImage, deleteImage, download, follow, image, isFinal, limits } from './api.js';
import { find } from './dom.js';
import { keepDraft, randomKey, readDraft } from './draft.js';
import { clearProblem, showProblem } from './form.js';
import { wordsOf } from './form-words.js';
import { showCode } from './highlighted-code.js';
import { Problem } from './http.js';
import { drop, nameOf, remember } from './job-history.js';
import {
  bringIntoView,
  showDeleted,
  showEnd,
  showProgress,
  showRefusal,
  showResult,
  showUpload,
  showWaiting,
} from './job-view.js';
import { keepResult, keptResult } from './kept-results.js';
import { pause } from './pause.js';
import { signedInAs } from './session.js';

/**
 * @import { ImageDto } from '../../image-jobs/infrastructure/http/image.dto.ts'
 * @import { Exchange } from './api.js'
 * @import { Upload } from './draft.js'
 */

/** A quick job is done within this time of its upload, and spares a second request. */
const WAIT_SECONDS = 1;

const form = find('#builder', HTMLFormElement);
const sendButton = find('#send', HTMLButtonElement);

/** Counts what is shown, so that a job that was left behind shows nothing more. */
let shown = 0;

/**
 * Sends a picture, and shows its job to the end. What was sent before and never answered keeps its key: if the server
 * has it, there is no second job.
 * @param {File} file
 * @param {string} operations
 */
export async function send(file, operations) {
  const owner = signedInAs();
  const { upload } = await readDraft();
  const isSame = upload && upload.operations === operations && upload.owner === owner && isSameFile(upload.file, file);
  await goOnWith(isSame ? upload : { key: randomKey(), file, operations, owner });
}

/** Sends an upload that a reload may have cut short, and shows its job to the end. @param {Upload} upload */
export async function goOnWith(upload) {
  const turn = begin();
  const { name } = upload.file;
  // Before the first byte is sent: from here on a reload sends it again.
  await keepDraft({ upload });
  // The page may choose another picture while this one is on its way.
  const before = URL.createObjectURL(upload.file);
  sendButton.disabled = true;
  showUpload(name, 0);
  bringIntoView();
  try {
    const created = await patiently(() => deliver(upload), turn);
    await keepDraft({ upload: null });
    history.replaceState(null, '', `#job=${created.id}`);
    sendButton.disabled = false;
    await finish(created.id, created, name, before, turn);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    // A server that was not reached may have it all the same.
    if (error.status !== 0) await keepDraft({ upload: null });
    if (turn === shown) showRefusal('The server did not take it; the message beside it says why', name);
    showProblem(form, error);
    if (error.retryAfter) {
      await pause(error.retryAfter);
      clearProblem(form);
    }
  } finally {
    sendButton.disabled = false;
  }
}

/** Goes on with a job of an earlier visit. @param {string} id */
export async function resume(id) {
  const turn = begin();
  const name = nameOf(id);
  bringIntoView();
  history.replaceState(null, '', `#job=${id}`);
  const kept = (await keptResult(id))?.file;
  try {
    const known = kept ? await image(id) : null;
    if (kept && known?.result) return present(known, name, null, kept, turn);
    await finish(id, known, name, null, turn);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (error.status === 404) await drop(id);
    if (turn === shown) showRefusal(wordsOf(error).replace(/\.$/, ''), name);
    announce();
  }
}

/** @param {Upload} upload */
async function deliver({ key, file, operations }) {
  return createImage({
    file,
    operations,
    key,
    waitSeconds: WAIT_SECONDS,
    onProgress: (share) => showUpload(file.name, share),
    onExchange: showExchange,
  });
}

/**
 * Follows a job to its end and shows its result.
 * @param {string} id @param {ImageDto | null} known its state, if it is known @param {string} name
 * @param {string | null} before @param {number} turn
 */
async function finish(id, known, name, before, turn) {
  const note = (/** @type {ImageDto} */ job) => {
    remember(name, job);
    announce();
    if (turn === shown && !isFinal(job)) showProgress(job, name);
  };
  if (known) note(known);
  const job = await follow(id, known, note, async (seconds) => {
    if (turn === shown && seconds > 2) showWaiting('Its state follows as soon as the server takes another request.');
    await pause(seconds);
  });
  if (turn !== shown) return;
  if (job.status !== 'completed') return showEnd(job, name);
  const after = await patiently(() => download(id), turn);
  await keepResult(id, after);
  // The first download has shortened the window; asking for it would cost one of few requests.
  const { after_download_seconds: seconds } = await limits();
  const endsAt = Math.min(Date.parse(job.download_expires_at ?? ''), Date.now() + seconds * 1000);
  present({ ...job, download_expires_at: new Date(endsAt).toISOString() }, name, before, after, turn);
}

/**
 * Shows a result that this browser has.
 * @param {ImageDto} job @param {string} name @param {string | null} before @param {Blob} after @param {number} turn
 */
function present(job, name, before, after, turn) {
  remember(name, job);
  announce();
  if (turn !== shown) return;
  const endsAt = job.status === 'completed' ? Date.parse(job.download_expires_at ?? '') : 0;
  showResult(job, { name, before, after, endsAt, onDelete: () => remove(job.id, turn), onExpired: announce });
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
  if (turn === shown) showDeleted();
}

/**
 * Tries again after the time that a refusal names, where waiting is all that is asked for.
 * @template T
 * @param {() => Promise<T>} action @param {number} turn
 * @returns {Promise<T>}
 */
async function patiently(action, turn) {
  for (;;) {
    try {
      return await action();
    } catch (error) {
      if (!(error instanceof Problem) || !isPassing(error) || !error.retryAfter) throw error;
      if (turn === shown) showWaiting('It goes on as soon as the server takes another request.');
      await pause(error.retryAfter);
    }
  }
}

/** @param {Problem} problem */
function isPassing({ code }) {
  return code === 'too_many_requests' || code === 'idempotency_key_in_flight';
}

function begin() {
  shown += 1;
  return shown;
}

/** Says that the list of jobs has changed. */
function announce() {
  dispatchEvent(new Event('imagepro:jobs'));
}

/** @param {File} a @param {File} b */
function isSameFile(a, b) {
  return a.name === b.name && a.size === b.size && a.lastModified === b.lastModified;
}

/** @param {Exchange} exchange */
function showExchange({ request, response }) {
  showCode(find('#exchange-request code', HTMLElement), request, 'http');
  showCode(find('#exchange-response code', HTMLElement), response, 'http');
  find('#exchange-text', HTMLElement).hidden = false;
  find('#exchange-empty', HTMLElement).hidden = true;
}
