import { find } from './dom.js';
import { drawnAfter } from './picture-steps.js';

/**
 * @import { Operation } from './operation-controls.js'
 * @import { Drawn } from './picture-steps.js'
 */

const figure = find('#preview', HTMLElement);
const drawing = find('#preview-drawing', HTMLElement);
const caption = find('#preview-caption', HTMLElement);

/** The chosen picture, decoded; null while there is none that this browser can show. @type {HTMLImageElement | null} */
let picture = null;

/** Its name, where there are others that are not shown. */
let ofFile = '';

/** Takes another picture to show. @param {string | undefined} address @param {string} [name] where there are others */
export async function previewPicture(address, name) {
  ofFile = name ? ` of ${name}` : '';
  const image = new Image();
  image.src = address ?? '';
  picture = address && (await decodes(image)) ? image : null;
}

/** The picture as it is after some operations; null where it cannot be shown. @param {readonly Operation[]} operations @returns {Drawn | null} */
export function pictureAfter(operations) {
  return picture && drawnAfter(picture, operations);
}

/** Shows about what will come out. @param {readonly Operation[]} operations */
export function showPreview(operations) {
  const drawn = pictureAfter(operations);
  figure.hidden = drawn === null;
  if (!drawn) return;
  drawn.canvas.setAttribute('role', 'img');
  drawn.canvas.setAttribute('aria-label', 'Preview');
  drawing.replaceChildren(drawn.canvas);
  caption.textContent = `About what comes out${ofFile}: ${drawn.width} × ${drawn.height} pixels`;
}

/** @param {HTMLImageElement} image */
async function decodes(image) {
  try {
    await image.decode();
    return true;
  } catch {
    return false;
  }
}
