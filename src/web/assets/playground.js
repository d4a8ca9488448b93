import { limits as fetchLimits } from './api.js';
import { element, find } from './dom.js';
import { keepDraft, readDraft } from './draft.js';
import { clearProblem } from './form.js';
import { wordsOf } from './form-words.js';
import { Problem } from './http.js';
import { readAccountJobs, showHistory } from './job-history.js';
import { goOnWith, resume, send } from './job-run.js';
import {
  buildOperations,
  builtOperations,
  limitOperations,
  renewOperations,
  restoreOperations,
} from './operations-builder.js';
import { askForPicture, breach, chosenPicture, limitPicture, showPicture, takePictures } from './picture-choice.js';
import { previewPicture } from './preview.js';
import { signedInAs } from './session.js';
import { liveSnippets, showSnippets } from './snippets.js';
import { size } from './words.js';

/** @import { LimitsDto } from '../../accounts/infrastructure/http/limits.dto.ts' */

const address = find('#bench', HTMLElement).dataset.address ?? location.origin;
const form = find('#builder', HTMLFormElement);
const sendButton = find('#send', HTMLButtonElement);
/** @type {LimitsDto} */
let limits;
/** Whether the draft of an earlier visit is shown, so that what changes from here on is kept. */
let isRestored = false;

liveSnippets();
takePictures(async () => {
  void keepDraft({ file: chosenPicture()?.file ?? null });
  await previewPicture(chosenPicture()?.address);
  renewOperations();
  show();
});
buildOperations(() => chosenPicture()?.facts, show);
list();
addEventListener('imagepro:session', readLimits);
addEventListener('imagepro:jobs', list);
form.addEventListener('submit', async (event) => {
  event.preventDefault();
  if (!sendButton.disabled) await sendChosen();
});
await readLimits();
await restore();

/** Reads what the caller may do, and fits everything to it. */
async function readLimits() {
  try {
    limits = await fetchLimits();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    // Nothing can be built without limits: the service is closed to anonymous callers, or does not answer.
    form.inert = true;
    const login = element('a', { href: '/login/?next=/playground/' }, 'Log in');
    const line = find('#limits-line', HTMLElement);
    return line.replaceChildren(error.status === 401 ? login : wordsOf(error), error.status === 401 ? ' first.' : '');
  }
  form.inert = false;
  limitPicture(limits);
  limitOperations(limits);
  find('#lifted', HTMLElement).hidden = limits.policy !== 'anonymous';
  const who = limits.policy === 'anonymous' ? 'Anonymous' : (signedInAs() ?? 'Signed in');
  find('#limits-line', HTMLElement).replaceChildren(
    `${who}: files up to ${size(limits.file_bytes)}, ${limits.operations} operations, ${limits.requests_per_minute} requests a minute. `,
    limits.policy === 'anonymous' ? element('a', { href: '/register/' }, 'Registering lifts these.') : '',
  );
  await readAccountJobs().catch(unlessProblem);
  list();
}

/** Shows what this tab had before a reload or a registration, and goes on with its job. */
async function restore() {
  const { file, operations, upload } = await readDraft();
  // Unless the person was faster.
  if (file && !chosenPicture()) {
    await showPicture(file);
    await previewPicture(chosenPicture()?.address);
    renewOperations();
  }
  if (operations.length > 0 && builtOperations().length === 0) restoreOperations(operations);
  isRestored = true;
  show();
  const [, opened] = /^#job=([0-9a-f-]{36})$/.exec(location.hash) ?? [];
  // Who has logged in or out meanwhile finds the picture and the operations, to send them as who they are now.
  if (upload && upload.owner === signedInAs()) await goOnWith(upload);
  else if (opened) await resume(opened);
}

/** Shows the request as it stands, and keeps it. */
function show() {
  const fileName = chosenPicture()?.file.name ?? 'photo.jpg';
  const operations = builtOperations();
  showSnippets({ address, fileName, operations, signedIn: signedInAs() !== null });
  if (isRestored) void keepDraft({ operations });
}

async function sendChosen() {
  clearProblem(form);
  limitPicture(limits);
  const picture = chosenPicture();
  if (!picture) return askForPicture();
  if (breach()) return find('#file', HTMLInputElement).focus();
  await send(picture.file, JSON.stringify(builtOperations()));
}

function list() {
  showHistory(({ id }) => resume(id));
}

/** @param {unknown} error */
function unlessProblem(error) {
  if (!(error instanceof Problem)) throw error;
}
