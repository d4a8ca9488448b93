import { busyButton, element } from './dom.js';
import { addressOf, replace, state, tell } from './job-stage.js';
import { failureWords, warningWords } from './job-words.js';
import { countWindow } from './result-window.js';
import { stemOf } from './save-file.js';
import { change, size } from './words.js';

/**
 * @import { ImageDto, OutputDto } from '../../image-jobs/infrastructure/http/image.dto.ts'
 * @typedef {object} Outcome
 * @property {string} name of the picture's file
 * @property {Record<string, Blob>} files the results that this browser has, by the name of the output
 * @property {number} endsAt when the server erases the results, by this browser's clock, or has
 * @property {() => Promise<void>} onArchive
 * @property {() => void} onDelete
 * @property {() => void} onExpired
 */

/** Shows several results of one picture beside each other. @param {ImageDto} job @param {Outcome} outcome */
export function showOutputs(job, { name, files, endsAt, onArchive, onDelete, onExpired }) {
  const { outputs, source } = job;
  const made = outputs.filter(({ result }) => result).length;
  const badge = state('completed', name);
  const window = element('p', {});
  const archive = busyButton('Save all as ZIP', 'Fetching the ZIP …', onArchive);
  replace(
    badge,
    element(
      'p',
      { class: 'hint' },
      `${made} of ${outputs.length} results, from ${source.width} × ${source.height} pixels in ${size(source.bytes)}`,
    ),
    element('ul', { class: 'outputs' }, ...outputs.map((output) => card(output, source, name, files[output.name]))),
    element(
      'div',
      { class: 'window' },
      archive,
      element('button', { class: 'button quiet', type: 'button', onclick: onDelete }, 'Delete'),
      window,
    ),
  );
  countWindow(window, endsAt, 'results', () => {
    badge.replaceWith(state('expired', name));
    // The server makes the ZIP.
    archive.disabled = true;
    onExpired();
  });
  tell(`${name} is completed: ${made} of ${outputs.length} results`);
}

/** @param {OutputDto} output @param {ImageDto['source']} source @param {string} name @param {Blob | undefined} file */
function card({ name: output, result, warnings, error }, source, name, file) {
  const title = element('h3', { id: `output-${output}` }, output);
  const card = element('li', { 'aria-labelledby': `output-${output}` });
  if (!result) {
    card.append(title, element('p', { class: 'alert' }, failureWords(error)));
    return card;
  }
  const { format, width, height, bytes } = result;
  const address = file && addressOf(file);
  const stem = stemOf(name);
  card.append(
    address ? element('img', { src: address, alt: `Result ${output}`, width, height }) : '',
    title,
    element('p', { class: 'hint' }, `${format.toUpperCase()}, ${width} × ${height}`),
    element('p', {}, element('strong', {}, size(bytes)), ` ${change(source.bytes, bytes)}`),
    ...warnings.map((warning) => element('p', { class: 'notice' }, warningWords(warning))),
    address
      ? element(
          'a',
          {
            class: 'button quiet small',
            href: address,
            download: `${stem}-${output}.${format}`,
            'aria-label': `Save ${output}`,
          },
          'Save',
        )
      : element('p', { class: 'hint' }, 'The server has erased it.'),
  );
  return card;
}
