import { element } from './dom.js';
import { formatOf } from './picture-facts.js';
import { size } from './words.js';

/**
 * Many files that are chosen at once, and what is told of them before they are sent.
 * @import { LimitsDto } from '../../accounts/infrastructure/http/limits.dto.ts'
 * @typedef {{ file: File, format: string | null }} Listed
 * @typedef {{ files: number, bytes: number }} BatchLimits Of one batch.
 */

/** Bytes in which the formats tell themselves. */
const HEAD_BYTES = 16;

const MEBIBYTE = 1024 ** 2;

/** Looks at files by their first bytes. @param {File[]} files @returns {Promise<Listed[]>} */
export async function listed(files) {
  return Promise.all(
    files.map(async (file) => ({
      file,
      format: await file
        .slice(0, HEAD_BYTES)
        .arrayBuffer()
        .then((bytes) => formatOf(new Uint8Array(bytes)))
        // A folder that was dropped, or a file that is gone.
        .catch(() => null),
    })),
  );
}

/** Why a file is left out of the batch; null if it is not. @param {Listed} one @param {LimitsDto} limits */
export function leftOut({ file, format }, limits) {
  if (!format) return 'Left out: not a JPEG, PNG or WebP, by its bytes.';
  if (file.size > limits.file_bytes) return `Left out: larger than the ${size(limits.file_bytes)} that you may send.`;
  return null;
}

/** Those that will be sent. @param {Listed[]} all @param {LimitsDto} limits @returns {File[]} */
export function sendable(all, limits) {
  return all.filter((one) => leftOut(one, limits) === null).map(({ file }) => file);
}

/** Why they cannot be sent together, in a sentence; null if they can. @param {Listed[]} all @param {LimitsDto} limits @param {BatchLimits} most */
export function batchBreach(all, limits, most) {
  if (limits.policy === 'anonymous')
    return 'Several pictures at once need an account. Register, or choose one picture.';
  const files = sendable(all, limits);
  if (files.length === 0) return 'None of these files can be sent.';
  const tooMany = files.length - most.files;
  if (tooMany > 0) {
    return `These are ${files.length} pictures, and one batch may have ${most.files}. Remove ${tooMany}, and send ${tooMany === 1 ? 'it' : 'them'} afterwards.`;
  }
  const bytes = bytesOf(files);
  if (bytes > most.bytes) {
    return `The pictures have ${exactly(bytes)} together, and one batch may have ${exactly(most.bytes)}. Remove some, and send them afterwards.`;
  }
  return null;
}

/** What is shown of them. @param {Listed[]} all @param {LimitsDto | null} limits @param {(one: Listed) => void} onRemove */
export function batchList(all, limits, onRemove) {
  const files = limits ? sendable(all, limits) : all.map(({ file }) => file);
  const row = (/** @type {Listed} */ one) => {
    const why = limits && leftOut(one, limits);
    const { name, size: bytes } = one.file;
    return element(
      'li',
      {},
      element('span', { class: 'file-name' }, name),
      element('span', { class: 'hint' }, size(bytes)),
      element(
        'button',
        {
          type: 'button',
          class: 'tool',
          'aria-label': `Remove ${name}`,
          title: `Remove ${name}`,
          onclick: () => onRemove(one),
        },
        '×',
      ),
      why ? element('p', { class: 'error' }, why) : null,
    );
  };
  const count = files.length === 1 ? '1 picture' : `${files.length} pictures`;
  return [
    element(
      'div',
      { role: 'status' },
      element('p', {}, element('strong', {}, count)),
      element('p', { class: 'hint', id: 'picture-facts' }, `${size(bytesOf(files))} in all, sent as one batch`),
    ),
    element('ul', { class: 'chosen-files', 'aria-label': 'Chosen files', tabindex: 0 }, ...all.map(row)),
  ];
}

/** @param {File[]} files */
function bytesOf(files) {
  return files.reduce((sum, file) => sum + file.size, 0);
}

/** Bytes so that a little more than a limit does not read as the limit. @param {number} bytes */
function exactly(bytes) {
  return bytes < MEBIBYTE ? size(bytes) : `${Number((bytes / MEBIBYTE).toFixed(2))} MiB`;
}
