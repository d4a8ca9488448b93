import { createImage, deleteImage, download, limits as fetchLimits, follow, isFinal } from './api.js';
import { countDown, element, find, sleep } from './dom.js';
import { clearProblem, showProblem } from './form.js';
import { showCode } from './highlighted-code.js';
import { Problem } from './http.js';
import { drop, entries, remember, showHistory } from './job-history.js';
import {
  bringIntoView,
  showDeleted,
  showEnd,
  showPause,
  showProgress,
  showRefusal,
  showResult,
  showUpload,
} from './job-view.js';
import { buildOperations, builtOperations, limitOperations } from './operations-builder.js';
import { askForPicture, breach, chosenPicture, limitPicture, takePictures } from './picture-choice.js';
import { signedInAs } from './session.js';
import { liveSnippets, showSnippets } from './snippets.js';
import { size } from './words.js';

/**
 * @import { LimitsDto } from '../../accounts/infrastructure/http/limits.dto.ts'
 * @import { ImageDto } from '../../image-jobs/infrastructure/http/image.dto.ts'
 * @import { Exchange } from './api.js'
 */

/** A quick job is done within this time of its upload, and spares a second request. */
const WAIT_SECONDS = 1;

const address = find('#bench', HTMLElement).dataset.address ?? location.origin;
const form = find('#builder', HTMLFormElement);
const sendButton = find('#send', HTMLButtonElement);
/** @type {LimitsDto} */
let limits;
/** Counts what is shown, so that a job that was left behind shows nothing more. */
let shown = 0;

liveSnippets();
takePictures(show);
buildOperations(() => chosenPicture()?.facts, show);
showHistory(({ name, id }) => resume(id, name));
addEventListener('imagepro:session', readLimits);
form.addEventListener('submit', async (event) => {
  event.preventDefault();
  if (!sendButton.disabled) await send();
});
await readLimits();
const [, opened] = /^#job=([0-9a-f-]{36})$/.exec(location.hash) ?? [];
if (opened) await resume(opened, entries().find(({ id }) => id === opened)?.name ?? 'image');

/** Reads what the caller may do, and fits everything to it. */
async function readLimits() {
  try {
    limits = await fetchLimits();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    // Nothing can be built without limits: the service is closed to anonymous callers, or does not answer.
    form.inert = true;
    const login = element('a', { href: '/login/?next=/playground/' }, 'Log in');
    return find('#limits-line', HTMLElement).replaceChildren(`${error.message}. `, error.status === 401 ? login : '');
  }
  form.inert = false;
  limitPicture(limits);
  limitOperations(limits);
  const who = limits.policy === 'anonymous' ? 'Anonymous' : (signedInAs() ?? 'Signed in');
  find('#limits-line', HTMLElement).replaceChildren(
    `${who}: files up to ${size(limits.file_bytes)}, ${limits.operations} operations, ${limits.requests_per_minute} requests a minute. `,
    limits.policy === 'anonymous' ? element('a', { href: '/register/' }, 'Registering lifts these.') : '',
  );
}

/** Shows the request as it stands. */
function show() {
  const fileName = chosenPicture()?.file.name ?? 'photo.jpg';
  showSnippets({ address, fileName, operations: builtOperations(), signedIn: signedInAs() !== null });
}

async function send() {
  clearProblem(form);
  limitPicture(limits);
  const picture = chosenPicture();
  if (!picture) return askForPicture();
  if (breach()) return find('#file', HTMLInputElement).focus();
  const turn = begin();
  const { file } = picture;
  // The page may choose another picture while this one is on its way.
  const before = URL.createObjectURL(file);
  sendButton.disabled = true;
  showUpload(file.name, 0);
  bringIntoView();
  try {
    const created = await createImage({
      file,
      operations: JSON.stringify(builtOperations()),
      waitSeconds: WAIT_SECONDS,
      onProgress: (share) => showUpload(file.name, share),
      onExchange: showExchange,
    });
    history.replaceState(null, '', `#job=${created.id}`);
    sendButton.disabled = false;
    await finish(created.id, created, file.name, before, turn);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (turn === shown) showRefusal('The server refused the request; the message beside it says why', file.name);
    showProblem(form, error);
    await showWait(error);
  } finally {
    sendButton.disabled = false;
  }
}

/** Goes on with a job of an earlier visit. @param {string} id @param {string} name */
async function resume(id, name) {
  const turn = begin();
  bringIntoView();
  try {
    history.replaceState(null, '', `#job=${id}`);
    await finish(id, null, name, null, turn);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (error.status === 404) drop(id);
    if (turn === shown) showRefusal(error.message, name);
    list();
  }
}

/**
 * Follows a job to its end and shows its result.
 * @param {string} id @param {ImageDto | null} known its state, if it is known @param {string} name
 * @param {string | null} before @param {number} turn
 */
async function finish(id, known, name, before, turn) {
  const note = (/** @type {ImageDto} */ job) => {
    remember(name, job);
    list();
    if (turn === shown && !isFinal(job)) showProgress(job, name);
  };
  if (known) note(known);
  const job = await follow(id, known, note, async (seconds) => {
    if (turn === shown && seconds > 2) showPause('Asking again', seconds);
    await sleep(seconds);
  });
  if (turn !== shown) return;
  if (job.status !== 'completed') return showEnd(job, name);
  const after = await patiently('The rate limit is reached; the result follows', () => download(job.id), turn);
  if (turn !== shown || !job.download_expires_at) return;
  // The first download shortens the window.
  const endsAt = Math.min(Date.parse(job.download_expires_at), Date.now() + limits.after_download_seconds * 1000);
  remember(name, { ...job, download_expires_at: new Date(endsAt).toISOString() });
  list();
  showResult(job, { name, before, after, endsAt, onDelete: () => remove(job.id, turn), onExpired: list });
}

/** @param {string} id @param {number} turn */
async function remove(id, turn) {
  try {
    await deleteImage(id);
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 404) return showProblem(form, error);
  }
  drop(id);
  list();
  history.replaceState(null, '', location.pathname);
  if (turn === shown) showDeleted();
}

/**
 * Tries again after the time that a refusal names.
 * @template T
 * @param {string} why @param {() => Promise<T>} action @param {number} turn
 * @returns {Promise<T>}
 */
async function patiently(why, action, turn) {
  for (;;) {
    try {
      return await action();
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 429 || !error.retryAfter) throw error;
      if (turn === shown) showPause(why, error.retryAfter);
      await sleep(error.retryAfter);
    }
  }
}

/** Shows how long a refused request has to wait, and opens the button again then. @param {Problem} problem */
async function showWait({ retryAfter }) {
  if (!retryAfter) return;
  const alert = find('#send-problem', HTMLElement);
  const line = element('p', { id: 'retry' });
  alert.append(line);
  await countDown(retryAfter, (left) => {
    line.textContent = `You can send again in ${left} s.`;
  });
  clearProblem(form);
}

function begin() {
  shown += 1;
  return shown;
}

function list() {
  showHistory(({ name, id }) => resume(id, name));
}

/** @param {Exchange} exchange */
function showExchange({ request, response }) {
  showCode(find('#exchange-request code', HTMLElement), request, 'http');
  showCode(find('#exchange-response code', HTMLElement), response, 'http');
  find('#exchange-text', HTMLElement).hidden = false;
  find('#exchange-empty', HTMLElement).hidden = true;
}
