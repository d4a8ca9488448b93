import { element, find } from './dom.js';
import { factsOf } from './picture-facts.js';
import { drawSample, sampleFile } from './sample-picture.js';
import { megapixels, size } from './words.js';

/**
 * @import { LimitsDto } from '../../accounts/infrastructure/http/limits.dto.ts'
 * @import { PictureFacts } from './picture-facts.js'
 * @typedef {{ file: File, address: string, facts: PictureFacts }} Picture
 */

const input = find('#file', HTMLInputElement);
const dropzone = find('#dropzone', HTMLElement);
const preview = find('#picture', HTMLElement);
const error = find('#file-error', HTMLElement);

/** @type {Picture | null} */
let chosen = null;

/** @type {LimitsDto | null} */
let limits = null;

/** The picture that was chosen, or null. */
export function chosenPicture() {
  return chosen;
}

/** Why the chosen picture cannot be sent, in a sentence; null if it can. */
export function breach() {
  if (!chosen || !limits) return null;
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

/** Checks the picture against new limits. @param {LimitsDto} newLimits */
export function limitPicture(newLimits) {
  limits = newLimits;
  showBreach();
}

/** Says that a picture is missing. */
export function askForPicture() {
  showError('Choose a picture first.');
  input.focus();
}

/**
 * Takes pictures from the file dialog, from drops, from the clipboard, and from code.
 * @param {() => void} onChange
 */
export function takePictures(onChange) {
  const take = async (/** @type {File | undefined} */ file) => {
    if (!file) return;
    await showPicture(file);
    onChange();
  };
  input.addEventListener('change', () => take(input.files?.[0]));
  find('#sample', HTMLButtonElement).addEventListener('click', async () => {
    const canvas = element('canvas', { width: 1200, height: 800 });
    drawSample(canvas);
    await take(await sampleFile(canvas));
  });
  document.addEventListener('paste', (event) => take(event.clipboardData?.files[0]));
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
    await take(event.dataTransfer?.files[0]);
  });
}

/** Shows a picture as the chosen one. @param {File} file */
export async function showPicture(file) {
  if (chosen) URL.revokeObjectURL(chosen.address);
  const address = URL.createObjectURL(file);
  chosen = { file, address, facts: await factsOf(file, address) };
  show(chosen);
  showBreach();
}

/** @param {Picture} picture */
function show({ file, address, facts }) {
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
  preview.hidden = false;
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
