import { curl } from './snippet-curl.js';
import { javascript } from './snippet-javascript.js';
import { python } from './snippet-python.js';
import { fieldOf } from './uploads.js';

/**
 * A request, as programs would send it.
 * @import { Output } from './outputs-builder.js'
 * @import { Wanted } from './wanted.js'
 * @typedef {object} Call
 * @property {string} address of the server
 * @property {'image' | 'batch'} to
 * @property {string[]} fileNames one for an image
 * @property {Wanted} wanted
 * @property {Output[]} outputs that are wanted, also where a preset says so
 * @property {boolean} signedIn
 */

/**
 * The call as whole programs: they check each answer, and leave the result, or the ZIP of all, in a file beside the
 * pictures. Who has an account gives them a token in `ACCESS`.
 * @type {Readonly<Record<'json' | 'curl' | 'javascript' | 'python', (call: Call) => string>>}
 */
export const SNIPPETS = { json, curl, javascript, python };

/** @param {Call} call */
function json({ wanted }) {
  const [, text] = fieldOf(wanted);
  return 'preset' in wanted ? text : JSON.stringify(JSON.parse(text), null, 2);
}
