import { download } from './api.js';
import { comparison } from './compare.js';
import { countDown, element, find, sleep } from './dom.js';
import { follow } from './follow.js';
import { Problem } from './http.js';
import { drawSample, sampleFile } from './sample-picture.js';
import { createImage } from './uploads.js';
import { change, size } from './words.js';

/** @import { Operation } from './operation-controls.js' */

/** What each choice sends; two operations are within every caller's limits. */
const RECIPES = /** @type {Record<string, Operation[]>} */ ({
  grayscale: [
    { operation_type: 'filter', parameters: { type: 'grayscale' } },
    { operation_type: 'convert', parameters: { format: 'webp' } },
  ],
  small: [
    { operation_type: 'compress', parameters: { quality: 60 } },
    { operation_type: 'convert', parameters: { format: 'webp' } },
  ],
  blur: [
    { operation_type: 'filter', parameters: { type: 'blur' } },
    { operation_type: 'filter', parameters: { type: 'blur' } },
  ],
});

const canvas = find('#demo-picture', HTMLCanvasElement);
const form = find('#demo-form', HTMLFormElement);
const button = find('button', HTMLButtonElement, form);
const state = find('#demo-state', HTMLElement);

drawSample(canvas);
form.addEventListener('submit', async (event) => {
  event.preventDefault();
  button.disabled = true;
  say('Sending …');
  try {
    await process(String(new FormData(form).get('recipe')));
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    await explain(error);
  } finally {
    button.disabled = false;
  }
});

/** Sends the picture, and shows what comes back. @param {string} recipe */
async function process(recipe) {
  const file = await sampleFile(canvas);
  const created = await createImage(file, { operations: RECIPES[recipe] ?? [] }, { waitSeconds: 10 });
  const job = await follow(`/api/images/${created.id}/`, created, ({ status }) => say(`The job is ${status} …`), sleep);
  if (!job.result) return say(job.error?.detail ?? 'The job has no result.');
  const after = URL.createObjectURL(await download(job.download_url ?? ''));
  const before = URL.createObjectURL(file);
  find('#demo-stage', HTMLElement).replaceChildren(comparison(before, after, job.source, job.result));
  button.textContent = 'Process it again';
  const { bytes, format, processing_ms: milliseconds } = job.result;
  state.replaceChildren(
    `${size(file.size)} of JPEG became ${size(bytes)} of ${format === 'webp' ? 'WebP' : 'JPEG'} `,
    element('strong', {}, `(${change(file.size, bytes)})`),
    ` in ${milliseconds} ms of work. Drag the divider.`,
  );
}

/** Says what was refused; a refusal that passes is counted down. @param {Problem} problem */
async function explain({ message, retryAfter }) {
  await countDown(retryAfter ?? 0, (left) => say(`The server asks for a pause. Ready again in ${left} s.`));
  say(retryAfter ? 'Ready again.' : `${message}.`);
}

/** @param {string} text */
function say(text) {
  state.textContent = text;
}
