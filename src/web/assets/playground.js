import { limits as fetchLimits } from './api.js';
import { element, find } from './dom.js';
import { keepDraft, readDraft } from './draft.js';
import { clearProblem } from './form.js';
import { wordsOf } from './form-words.js';
import { Problem } from './http.js';
import { readAccountJobs, showHistory } from './job-history.js';
import { buildOperations, limitOperations, renewOperations } from './operations-builder.js';
import { buildOutputs, builtOutputs, limitOutputs, namesAreGood, restoreOutputs } from './outputs-builder.js';
import {
  askForPicture,
  breach,
  chosenFiles,
  chosenPicture,
  limitPicture,
  showPictures,
  takePictures,
  toSend,
} from './picture-choice.js';
import { chosenPreset, limitPresets, offerPresets, restorePreset, showPresets, wanted } from './presets.js';
import { previewPicture } from './preview.js';
import { signedInAs } from './session.js';
import { liveSnippets, showSnippets } from './snippets.js';
import { size } from './words.js';

/** @import { LimitsDto } from '../../accounts/infrastructure/http/limits.dto.ts' */

const address = find('#bench', HTMLElement).dataset.address ?? location.origin;
const offersRegistration = 'register' in find('#bench', HTMLElement).dataset;
const form = find('#builder', HTMLFormElement);
const sendButton = find('#send', HTMLButtonElement);
/** @type {LimitsDto | undefined} */
let limits;
/** Counts the readings of limits: a session may begin or end meanwhile, and the latest counts. */
let readings = 0;
let isOpened = false;
/** Seconds until limits that could not be read are asked for again, where the server names none. */
const RETRY_SECONDS = 5;
/** Whether the draft of an earlier visit is shown, so that what changes from here on is kept. */
let isRestored = false;
let isRestoring = false;

/** What sends pictures and shows jobs; who only looks at the page needs none of it. */
const runs = {
  upload: () => import('./upload-run.js'),
  job: () => import('./job-run.js'),
  batch: () => import('./batch-run.js'),
};

liveSnippets();
takePictures(async () => {
  // It is there before the button is pressed.
  void runs.upload();
  const files = chosenFiles();
  if (!isRestoring) void keepDraft({ files });
  await previewPicture(chosenPicture()?.address, files.length > 1 ? chosenPicture()?.file.name : undefined);
  renewOperations();
  show();
});
buildOperations(() => chosenPicture()?.facts, show);
buildOutputs(show);
offerPresets(show);
list();
addEventListener('imagepro:session', readLimits);
addEventListener('imagepro:jobs', list);
form.addEventListener('submit', async (event) => {
  event.preventDefault();
  if (!sendButton.disabled) await sendChosen();
});
await readLimits();

/** Reads what the caller may do, and fits everything to it. */
async function readLimits() {
  readings += 1;
  const reading = readings;
  try {
    const read = await fetchLimits();
    if (reading !== readings) return;
    limits = read;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (reading !== readings) return;
    // Nothing can be built without limits: the service is closed to anonymous callers, or does not answer.
    form.inert = true;
    return error.status === 401 ? askToLogIn() : readAgain(error, reading);
  }
  form.inert = false;
  const hasAccount = limits.policy !== 'anonymous';
  limitPicture(limits);
  limitOperations(limits);
  limitOutputs(hasAccount);
  limitPresets(hasAccount);
  find('#lifted', HTMLElement).hidden = hasAccount;
  const who = hasAccount ? (signedInAs() ?? 'Signed in') : 'Anonymous';
  find('#limits-line', HTMLElement).replaceChildren(
    `${who}: files up to ${size(limits.file_bytes)}, ${limits.operations} operations, ${limits.requests_per_minute} requests a minute. `,
    hasAccount || !offersRegistration ? '' : element('a', { href: '/register/' }, 'Registering lifts these.'),
  );
  await readAccountJobs().catch(unlessProblem);
  list();
  if (isOpened) return;
  isOpened = true;
  await restore();
}

function askToLogIn() {
  const login = element('a', { href: '/login/?next=/playground/' }, 'Log in');
  find('#limits-line', HTMLElement).replaceChildren(login, ' first.');
}

/** Reads the limits again by itself, unless they are read meanwhile. @param {Problem} problem @param {number} reading */
function readAgain(problem, reading) {
  const seconds = problem.retryAfter ?? RETRY_SECONDS;
  find('#limits-line', HTMLElement).textContent = `${wordsOf(problem)} This page tries again by itself.`;
  setTimeout(() => reading === readings && readLimits(), seconds * 1000);
}

/** Shows what this tab had before a reload or a registration, and goes on with its job. */
async function restore() {
  const { files, outputs, preset, upload } = await readDraft();
  // Unless the person was faster.
  isRestoring = true;
  if (files.length > 0 && chosenFiles().length === 0) await showPictures(files);
  isRestoring = false;
  const isEmpty = builtOutputs().every(({ operations }) => operations.length === 0);
  if (outputs.length > 0 && isEmpty) {
    restoreOutputs(structuredClone(outputs));
    restorePreset(preset);
  }
  isRestored = true;
  show();
  const [, kind, opened = ''] = /^#(job|batch)=([0-9a-f-]{36})$/.exec(location.hash) ?? [];
  // Who has logged in or out meanwhile finds the pictures and the operations, to send them as who they are now.
  if (upload && upload.owner === signedInAs()) await (await runs.upload()).goOnWith(upload);
  else if (kind === 'batch') await (await runs.batch()).resumeBatch(opened);
  else if (kind === 'job') await (await runs.job()).resume(opened);
}

/** Shows the request as it stands, and keeps it. */
function show() {
  if (!limits) return;
  showPresets();
  const { to, files } = toSend();
  const names = files.map(({ name }) => name);
  sendButton.textContent = to === 'image' ? 'Process the picture' : `Process ${names.length} pictures`;
  const outputs = builtOutputs();
  const fileNames = names.length > 0 ? names : ['photo.jpg'];
  showSnippets({ address, to, fileNames, wanted: wanted(), outputs, signedIn: signedInAs() !== null });
  if (isRestored) void keepDraft({ outputs, preset: chosenPreset() });
}

async function sendChosen() {
  if (!limits) return;
  clearProblem(form);
  limitPicture(limits);
  const { to, files } = toSend();
  if (chosenFiles().length === 0) return askForPicture();
  if (breach()) return find('#file', HTMLInputElement).focus();
  if (!namesAreGood()) return;
  // Pressed twice, it sends once.
  sendButton.disabled = true;
  const request = wanted();
  const { send } = await runs.upload().catch((error) => {
    sendButton.disabled = false;
    throw error;
  });
  await send(to, files, request);
}

function list() {
  showHistory(
    async ({ id }) => (await runs.job()).resume(id),
    async ({ id }) => (await runs.batch()).resumeBatch(id),
  );
}

/** @param {unknown} error */
function unlessProblem(error) {
  if (!(error instanceof Problem)) throw error;
}
