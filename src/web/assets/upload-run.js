import { runBatch } from './batch-run.js';
import { find } from './dom.js';
import { keepDraft, randomKey, readDraft } from './draft.js';
import { clearProblem, shownProblems, showProblem } from './form.js';
import { wordsOf } from './form-words.js';
import { showCode } from './highlighted-code.js';
import { Problem, sessionEnded } from './http.js';
import { runImage } from './job-run.js';
import { bringIntoView, showGone, showRefusal } from './job-stage.js';
import { begin, isShown, patiently } from './job-turns.js';
import { atShownOutput } from './outputs-builder.js';
import { pause } from './pause.js';
import { ofLostPreset } from './presets.js';
import { signedInAs } from './session.js';

/**
 * @import { Upload } from './draft.js'
 * @import { Exchange } from './raw-exchange.js'
 * @import { Wanted } from './wanted.js'
 * @typedef {{ id: string, finish: () => Promise<void> }} Sent What an upload has become; `finish` follows it to its end.
 * @typedef {object} Sending How an upload is sent, and shown meanwhile.
 * @property {string} name of what is sent
 * @property {() => Promise<Sent>} deliver
 * @property {AbortSignal} [cancelled]
 * @property {(problem: Problem) => Problem} [explained] what it was refused with, in words that fit it
 * @typedef {(upload: Upload, turn: number, onExchange: (exchange: Exchange) => void) => Sending} Run
 */

const form = find('#builder', HTMLFormElement);
const sendButton = find('#send', HTMLButtonElement);

/**
 * Sends pictures, and shows what becomes of them to the end. What was sent before and never answered keeps its key: if
 * the server has it, nothing is made twice.
 * @param {Upload['to']} to
 * @param {File[]} files
 * @param {Wanted} wanted
 */
export async function send(to, files, wanted) {
  const owner = signedInAs();
  const { upload } = await readDraft();
  const isSame =
    upload &&
    upload.to === to &&
    upload.owner === owner &&
    JSON.stringify(upload.wanted) === JSON.stringify(wanted) &&
    areSameFiles(upload.files, files);
  await goOnWith(isSame ? upload : { key: randomKey(), to, files, wanted, owner });
}

/** Sends an upload that a reload may have cut short, and shows what becomes of it. @param {Upload} upload */
export async function goOnWith(upload) {
  const turn = begin();
  // Before the first byte is sent: from here on a reload sends it again.
  await keepDraft({ upload });
  sendButton.disabled = true;
  const run = upload.to === 'batch' ? runBatch : runImage;
  const sending = run(upload, turn, showExchange);
  const deliver = () => {
    // What waits for its turn is not sent as somebody else, nor as anonymous.
    if (upload.owner !== null && upload.owner !== signedInAs()) throw sessionEnded();
    return sending.deliver();
  };
  bringIntoView();
  const sent = await delivered({ ...sending, deliver }, turn).finally(() => {
    sendButton.disabled = false;
  });
  if (!sent) return;
  if (isShown(turn)) history.replaceState(null, '', `#${upload.to === 'batch' ? 'batch' : 'job'}=${sent.id}`);
  try {
    await sent.finish();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (isShown(turn)) showRefusal(`The server took it, but it cannot be shown. ${wordsOf(error)}`, sending.name);
  }
}

/** Sends it; null when it was refused or cancelled, which is then shown. @param {Sending} sending @param {number} turn */
async function delivered({ name, deliver, cancelled, explained }, turn) {
  try {
    const sent = await Promise.race([patiently(deliver, turn), abortOf(cancelled)]);
    await keepDraft({ upload: null });
    return sent;
  } catch (error) {
    if (cancelled?.aborted && error === cancelled.reason) {
      await keepDraft({ upload: null });
      showGone('Cancelled: nothing was sent.');
      return null;
    }
    if (!(error instanceof Problem)) throw error;
    // A server that was not reached may have it all the same.
    if (error.status !== 0) await keepDraft({ upload: null });
    void explain(explained?.(error) ?? error, isShown(turn) ? name : null);
    return null;
  }
}

/** Shows what was refused, and its wait. @param {Problem} problem @param {string | null} name of what is shown, if it is */
async function explain(problem, name) {
  showProblem(form, atShownOutput(ofLostPreset(problem)));
  const [{ sentence, place } = { sentence: '', place: null }] = shownProblems(form);
  if (name !== null) showRefusal(`The server did not take it. ${sentence}`, name, place);
  if (!problem.retryAfter) return;
  await pause(problem.retryAfter);
  clearProblem(form);
}

/** Fails when the signal says so. @param {AbortSignal | undefined} signal @returns {Promise<never>} */
function abortOf(signal) {
  return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
}

/** @param {File[]} all @param {File[]} others */
function areSameFiles(all, others) {
  const isSame = (/** @type {File} */ a, /** @type {File | undefined} */ b) =>
    a.name === b?.name && a.size === b.size && a.lastModified === b.lastModified;
  return all.length === others.length && all.every((file, at) => isSame(file, others[at]));
}

/** @param {Exchange} exchange */
function showExchange({ request, response }) {
  showCode(find('#exchange-request code', HTMLElement), request, 'http');
  showCode(find('#exchange-response code', HTMLElement), response, 'http');
  find('#exchange-text', HTMLElement).hidden = false;
  find('#exchange-empty', HTMLElement).hidden = true;
}
