import { element } from './dom.js';

/**
 * Original and result, one over the other; a slider moves the divider between them.
 * @param {string} before address of the original
 * @param {string} after address of the result
 * @param {{ width: number, height: number }} source size of the original; keeps its place while it loads
 */
export function comparison(before, after, { width, height }) {
  const slider = element('input', {
    type: 'range',
    min: 0,
    max: 100,
    value: 50,
    'aria-label': 'Divider between original and result',
  });
  const figure = element(
    'figure',
    { class: 'compare' },
    element(
      'div',
      { class: 'compare-stage' },
      element('img', { src: before, alt: 'Original', width, height }),
      element('img', { src: after, alt: 'Result' }),
      element('span', { class: 'compare-tag before', 'aria-hidden': 'true' }, 'Original'),
      element('span', { class: 'compare-tag after', 'aria-hidden': 'true' }, 'Result'),
      element('span', { class: 'compare-handle', 'aria-hidden': 'true' }, '⇔'),
      slider,
    ),
  );
  const move = () => {
    figure.style.setProperty('--at', `${slider.value}%`);
    slider.setAttribute('aria-valuetext', `${slider.value} % original, ${100 - Number(slider.value)} % result`);
  };
  slider.addEventListener('input', move);
  move();
  return figure;
}
