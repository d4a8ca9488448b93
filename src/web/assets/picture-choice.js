import { batchBreach, batchList, listed, sendable } from './batch-choice.js';
import { element, find } from './dom.js';
import { factsOf } from './picture-facts.js';
import { drawSample, sampleFile } from './sample-picture.js';
import { megapixels, size } from './words.js';

/**
 * @import { LimitsDto } from '../../accounts/infrastructure/http/limits.dto.ts'
 * @import { BatchLimits, Listed } from './batch-choice.js'
 * @import { PictureFacts } from './picture-facts.js'
 * @typedef {{ file: File, address: string, facts: PictureFacts }} Picture
 */

const input = find('#file', HTMLInputElement);
const dropzone = find('#dropzone', HTMLElement);
const preview = find('#picture', HTMLElement);
const error = find('#file-error', HTMLElement);
const hint = find('#file-hint', HTMLElement);
/** @type {BatchLimits} */
const batchLimits = { files: Number(dropzone.dataset.batchFiles), bytes: Number(dropzone.dataset.batchBytes) };

/** The picture that was chosen; of many, the first that can be sent. @type {Picture | null} */
let chosen = null;

/** All files, where many were chosen; else none. @type {Listed[]} */
let many = [];

/** @type {LimitsDto | null} */
let limits = null;

/** Counts choices: files are read meanwhile, and the latest choice is the one that counts. */
let choices = 0;

/** @type {() => unknown} */
let onChange = () => undefined;

/** The picture that operations are shown on, or null. */
export function chosenPicture() {
  return chosen;
}

/** All files that were chosen, also those that are left out. @returns {File[]} */
export function chosenFiles() {
  return many.length > 0 ? many.map(({ file }) => file) : chosen ? [chosen.file] : [];
}

/** What is to be sent, and whether as one picture or as a batch. @returns {{ to: 'image' | 'batch', files: File[] }} */
export function toSend() {
  if (many.length > 0 && limits) return { to: 'batch', files: sendable(many, limits) };
  return { to: 'image', files: chosenFiles() };
}

/** Why what is chosen cannot be sent, in a sentence; null if it can. */
export function breach() {
  if (!limits) return null;
  if (many.length > 0) return batchBreach(many, limits, batchLimits);
  if (!chosen) return null;
  const { format, width, height, frames, bytes } = chosen.facts;
  const lift = limits.policy === 'anonymous' ? ' Registering lifts the limit.' : '';
  if (!format) return 'This is not a JPEG, PNG or WebP, by its bytes.';
  if (bytes > limits.file_bytes) {
    return `The file has ${size(bytes)}, more than the ${size(limits.file_bytes)} that you may send.${lift}`;
  }
  const pixels = (width ?? 0) * (height ?? 0) * frames;
  if (pixels > limits.source_pixels) {
    return `The picture has ${megapixels(pixels)}, more than the ${megapixels(limits.source_pixels)} that you may send.${lift}`;
  }
  return null;
}

/** Checks what is chosen against new limits. @param {LimitsDto} newLimits */
export function limitPicture(newLimits) {
  limits = newLimits;
  const { files, bytes } = batchLimits;
  hint.textContent =
    limits.policy === 'anonymous'
      ? 'JPEG, PNG or WebP. You can also drop it here, or paste it.'
      : `JPEG, PNG or WebP; up to ${files} at once, ${size(bytes)} in all. You can also drop them here, or paste them.`;
  if (many.length > 0) show();
  showBreach();
}

/** Says that a picture is missing. */
export function askForPicture() {
  showError('Choose a picture first.');
  input.focus();
}

/**
 * Takes pictures from the file dialog, from drops, from the clipboard, and from code.
 * @param {() => unknown} listener told of each choice
 */
export function takePictures(listener) {
  onChange = listener;
  const take = async (/** @type {ArrayLike<File> | null | undefined} */ files) => {
    if (files?.length) await showPictures([...Array.from(files)]);
  };
  input.addEventListener('change', () => {
    const taken = take(input.files);
    // So that the same file, which may have changed, can be chosen again.
    input.value = '';
    return taken;
  });
  find('#sample', HTMLButtonElement).addEventListener('click', async () => {
    const canvas = element('canvas', { width: 1200, height: 800 });
    drawSample(canvas);
    await take([await sampleFile(canvas)]);
  });
  document.addEventListener('paste', (event) => take(event.clipboardData?.files));
  // A file that is dropped beside the zone would take the page's place.
  for (const name of ['dragover', 'drop']) document.addEventListener(name, keepPage);
  for (const name of ['dragenter', 'dragover']) {
    dropzone.addEventListener(name, (event) => {
      event.preventDefault();
      dropzone.classList.add('over');
    });
  }
  dropzone.addEventListener('dragleave', () => dropzone.classList.remove('over'));
  dropzone.addEventListener('drop', async (event) => {
    event.preventDefault();
    dropzone.classList.remove('over');
    await take(event.dataTransfer?.files);
  });
}

/** @param {Event} event of something that is dragged */
function keepPage(event) {
  if (event instanceof DragEvent && event.dataTransfer?.types.includes('Files')) event.preventDefault();
}

/** Shows files as the chosen ones. @param {File[]} files */
export async function showPictures(files) {
  choices += 1;
  const choice = choices;
  const list = files.length > 1 ? await listed(files) : [];
  const first = files.length > 1 ? list.find(({ format }) => format)?.file : files[0];
  const picture = first ? await pictureOf(first) : null;
  if (choice !== choices) return;
  if (chosen) URL.revokeObjectURL(chosen.address);
  [chosen, many] = [picture, list];
  show();
  showBreach();
  await onChange();
}

/** @param {File} file @returns {Promise<Picture>} */
async function pictureOf(file) {
  const address = URL.createObjectURL(file);
  return { file, address, facts: await factsOf(file, address) };
}

function show() {
  preview.hidden = false;
  preview.classList.toggle('many', many.length > 0);
  if (many.length > 0) preview.replaceChildren(...batchList(many, limits, remove));
  else if (chosen) showOne(chosen);
  else preview.hidden = true;
}

/** @param {Listed} one */
async function remove(one) {
  await showPictures(many.filter((other) => other !== one).map(({ file }) => file));
  const next = preview.querySelector('button');
  (next ?? input).focus();
}

/** @param {Picture} picture */
function showOne({ file, address, facts }) {
  const { format, width, height, frames } = facts;
  const details = [
    format?.toUpperCase() ?? 'unknown format',
    size(file.size),
    width && height ? `${width} × ${height} pixels` : 'pixels that this browser cannot show',
    frames > 1 ? `${frames} frames` : '',
  ];
  preview.replaceChildren(
    width ? element('img', { src: address, alt: 'The chosen picture' }) : '',
    element(
      'div',
      { role: 'status' },
      element('p', {}, element('strong', {}, file.name)),
      element('p', { class: 'hint', id: 'picture-facts' }, details.filter(Boolean).join(' · ')),
    ),
  );
}

function showBreach() {
  showError(breach());
}

/** @param {string | null} sentence */
function showError(sentence) {
  error.textContent = sentence ?? '';
  error.hidden = !sentence;
  input.toggleAttribute('aria-invalid', false);
  if (sentence) input.setAttribute('aria-invalid', 'true');
}
