import { element } from './dom.js';

/** @typedef {{ width: number, height: number }} Size */

/**
 * Original and result: one over the other with a divider between them where they have the same proportions, beside each
 * other where they do not, since neither may be stretched or cut for the sake of the comparison.
 * @param {string} before address of the original
 * @param {string} after address of the result
 * @param {Size} source size of the original; keeps its place while it loads
 * @param {Size} result size of the result
 */
export function comparison(before, after, source, result) {
  return haveSameProportions(source, result)
    ? oneOverTheOther(before, after, source)
    : besideEachOther(before, after, source, result);
}

/** Whether one is the other in a smaller or larger size, to the pixel that sizes are rounded to. @param {Size} a @param {Size} b */
function haveSameProportions(a, b) {
  const [width, height] = [(a.width * b.height) / a.height, (a.height * b.width) / a.width];
  return Math.abs(width - b.width) <= 1 || Math.abs(height - b.height) <= 1;
}

/** @param {string} before @param {string} after @param {Size} source */
function oneOverTheOther(before, after, { width, height }) {
  const slider = element('input', {
    type: 'range',
    min: 0,
    max: 100,
    value: 50,
    'aria-label': 'Divider between original and result',
  });
  const stage = element(
    'div',
    { class: 'compare-stage' },
    element('img', { src: before, alt: 'Original', width, height }),
    element('img', { src: after, alt: 'Result' }),
    element('span', { class: 'compare-tag before', 'aria-hidden': 'true' }, 'Original'),
    element('span', { class: 'compare-tag after', 'aria-hidden': 'true' }, 'Result'),
    element('span', { class: 'compare-handle', 'aria-hidden': 'true' }, '⇔'),
    slider,
  );
  const move = () => {
    stage.style.setProperty('--at', `${slider.value}%`);
    slider.setAttribute('aria-valuetext', `${slider.value} % original, ${100 - Number(slider.value)} % result`);
  };
  slider.addEventListener('input', move);
  move();
  return element('figure', { class: 'compare' }, stage);
}

/** @param {string} before @param {string} after @param {Size} source @param {Size} result */
function besideEachOther(before, after, source, result) {
  const side = (/** @type {string} */ name, /** @type {string} */ address, /** @type {Size} */ { width, height }) =>
    element(
      'div',
      { class: 'compare-side' },
      element('img', { src: address, alt: name, width, height }),
      element('span', { class: 'compare-tag', 'aria-hidden': 'true' }, name),
    );
  return element(
    'figure',
    { class: 'compare beside', role: 'group', 'aria-label': 'Original and result, in different proportions' },
    side('Original', before, source),
    side('Result', after, result),
  );
}
