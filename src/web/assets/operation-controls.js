import { element } from './dom.js';

/**
 * @import { LimitsDto } from '../../accounts/infrastructure/http/limits.dto.ts'
 * @typedef {{ operation_type: string, parameters: Record<string, unknown> }} Operation
 * @typedef {{ operation: Operation, at: number, limits: LimitsDto, changed: () => void }} Place An operation, and where it stands.
 */

/** The box that a fit fills, as `x y width height`. */
const BOX = [8, 4, 28, 24];

/** What each fit does: where the picture lies in the box or over it, and what of it is cut off. */
const FITS = /** @type {Record<string, { photo: number[], cut?: number[], about: string }>} */ ({
  fill: { photo: [8, 4, 28, 24], about: 'Exactly this size, stretched' },
  cover: { photo: [8, 4, 28, 24], cut: [1, 4, 42, 24], about: 'Exactly this size; what overhangs is cut off' },
  contain: { photo: [8, 8, 28, 16], about: 'Exactly this size, padded' },
  inside: { photo: [8, 4, 28, 16], about: 'As large as fits inside, in proportion' },
  outside: { photo: [1, 4, 42, 24], about: 'As small as covers it, in proportion' },
});

/** The controls of each operation. @type {Record<string, (place: Place) => Node[]>} */
export const CONTROLS = {
  resize: (place) => [
    element('div', { class: 'sides' }, side(place, 'width', 'Width'), side(place, 'height', 'Height')),
    fits(place),
  ],
  compress: (place) => [quality(place), choices(place, 'effort', 'Effort', ['fast', 'balanced', 'small'])],
  convert: (place) => [choices(place, 'format', 'Format', ['jpg', 'png', 'webp'])],
  filter: (place) => [choices(place, 'type', 'Filter', ['grayscale', 'blur', 'sharpen'])],
};

/** @param {Place} place @param {string} name @param {string} label */
function side({ operation, at, limits, changed }, name, label) {
  const id = `operation-${at}-${name}`;
  const input = element('input', {
    id,
    type: 'number',
    inputmode: 'numeric',
    min: 1,
    max: limits.output_side,
    value: operation.parameters[name],
    'aria-describedby': `${id}-error`,
    oninput: () => {
      operation.parameters[name] = input.value === '' ? null : Number(input.value);
      changed();
    },
  });
  return element(
    'div',
    { class: 'field' },
    element('label', { for: id }, `${label}, pixels`),
    input,
    errorRoom(at, name),
  );
}

/** @param {Place} place */
function fits({ operation, at, changed }) {
  const about = element('p', { class: 'hint' });
  const explain = () => {
    about.textContent = FITS[String(operation.parameters.fit)]?.about ?? '';
  };
  const options = Object.entries(FITS).map(([fit, { photo, cut }]) =>
    element(
      'label',
      {},
      element('input', {
        type: 'radio',
        name: `operation-${at}-fit`,
        value: fit,
        checked: operation.parameters.fit === fit,
        onchange: () => {
          operation.parameters.fit = fit;
          explain();
          changed();
        },
      }),
      drawing(fit, photo, cut),
      fit,
    ),
  );
  explain();
  return element(
    'fieldset',
    { class: 'field' },
    element('legend', {}, 'Fit'),
    element('div', { class: 'fits' }, ...options),
    about,
    errorRoom(at, 'fit'),
  );
}

/** @param {string} fit @param {number[]} photo @param {number[]} [cut] */
function drawing(fit, photo, cut) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 44 32');
  svg.setAttribute('aria-hidden', 'true');
  if (cut) svg.append(rectangle('photo cut', cut));
  svg.append(rectangle('photo', photo), rectangle('box', BOX));
  // A circle tells stretching from cutting.
  const sun = document.createElementNS('http://www.w3.org/2000/svg', 'ellipse');
  const [x = 0, y = 0, width = 0, height = 0] = photo;
  const radius = Math.min(width, height) / 4;
  for (const [name, value] of Object.entries({
    cx: x + width / 2,
    cy: y + height / 2,
    rx: fit === 'fill' ? 4.5 : radius,
    ry: fit === 'fill' ? 8.5 : radius,
  })) {
    sun.setAttribute(name, String(value));
  }
  svg.append(sun);
  return svg;
}

/** @param {string} name @param {number[]} place */
function rectangle(name, [x, y, width, height]) {
  const rectangle = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
  for (const [key, value] of Object.entries({ x, y, width, height, class: name })) {
    rectangle.setAttribute(key, String(value));
  }
  return rectangle;
}

/** @param {Place} place */
function quality({ operation, at, limits, changed }) {
  const id = `operation-${at}-quality`;
  const shown = element('output', { for: id }, String(operation.parameters.quality));
  const input = element('input', {
    id,
    type: 'range',
    min: limits.quality_min,
    max: limits.quality_max,
    value: operation.parameters.quality,
    'aria-describedby': `${id}-error`,
    oninput: () => {
      operation.parameters.quality = Number(input.value);
      shown.textContent = input.value;
      changed();
    },
  });
  return element(
    'div',
    {},
    element('div', { class: 'quality' }, element('label', { for: id }, 'Quality'), shown),
    input,
    element(
      'p',
      { class: 'ends', 'aria-hidden': 'true' },
      element('span', {}, `${limits.quality_min}, small`),
      element('span', {}, `${limits.quality_max}, fine`),
    ),
    errorRoom(at, 'quality'),
  );
}

/** @param {Place} place @param {string} name @param {string} label @param {string[]} words */
function choices({ operation, at, changed }, name, label, words) {
  const options = words.map((word) =>
    element(
      'label',
      {},
      element('input', {
        type: 'radio',
        name: `operation-${at}-${name}`,
        value: word,
        checked: operation.parameters[name] === word,
        onchange: () => {
          operation.parameters[name] = word;
          changed();
        },
      }),
      element('span', {}, word),
    ),
  );
  return element(
    'fieldset',
    { class: 'field' },
    element('legend', {}, label),
    element('div', { class: 'chips' }, ...options),
    errorRoom(at, name),
  );
}

/** Where the error of a parameter stands. @param {number} at @param {string} name */
function errorRoom(at, name) {
  return element('p', {
    class: 'error',
    id: `operation-${at}-${name}-error`,
    'data-error-for': `/operations/${at}/parameters/${name}`,
    hidden: true,
  });
}
