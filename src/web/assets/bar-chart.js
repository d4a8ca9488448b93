import { element } from './dom.js';

/** @typedef {{ name: string, value: number, failed: number }} Bar `failed` is a part of `value`. */

const SVG = 'http://www.w3.org/2000/svg';
/** Units of a drawing; the page stretches it. */
const HEIGHT = 100;
const STEP = 10;
const GAP = 2;

/** Bars side by side, from the left to the right. @param {Bar[]} bars */
export function columnChart(bars) {
  const most = Math.max(...bars.map(({ value }) => value));
  const drawing = drawn(bars.length * STEP, HEIGHT, 'columns', summary(bars));
  for (const [at, bar] of bars.entries()) {
    const tall = (/** @type {number} */ value) => (value / most) * HEIGHT;
    const [whole, failed] = [tall(bar.value), tall(bar.failed)];
    const group = svg('g');
    group.append(titled(bar));
    const place = { x: at * STEP, width: STEP - GAP };
    group.append(svg('rect', { ...place, y: HEIGHT - whole, height: whole - failed, class: 'bar' }));
    group.append(svg('rect', { ...place, y: HEIGHT - failed, height: failed, class: 'bar failed' }));
    drawing.append(group);
  }
  return drawing;
}

/** Bars one below the other, each with its name. @param {Bar[]} bars */
export function rowChart(bars) {
  const most = Math.max(...bars.map(({ value }) => value));
  const row = (/** @type {Bar} */ bar) => {
    const long = (/** @type {number} */ value) => (value / most) * HEIGHT;
    const drawing = drawn(HEIGHT, STEP, 'row', null);
    drawing.append(svg('rect', { height: STEP, width: long(bar.value - bar.failed), class: 'bar' }));
    const place = { x: long(bar.value - bar.failed), width: long(bar.failed) };
    drawing.append(svg('rect', { height: STEP, ...place, class: 'bar failed' }));
    return element('li', {}, element('span', {}, bar.name), drawing, element('span', {}, said(bar)));
  };
  return element('ul', { class: 'row-chart' }, ...bars.map(row));
}

/** @param {Bar} bar */
function said({ value, failed }) {
  return `${value.toLocaleString('en')}${failed === 0 ? '' : `, ${failed.toLocaleString('en')} failed`}`;
}

/** @param {Bar[]} bars */
function summary(bars) {
  const [first, last] = [bars[0], bars.at(-1)];
  const most = bars.reduce((one, other) => (other.value > one.value ? other : one));
  const total = bars.reduce((sum, { value }) => sum + value, 0);
  return `${first?.name} to ${last?.name}: ${total.toLocaleString('en')} in all, most on ${most.name}, ${said(most)}`;
}

/** @param {Bar} bar */
function titled(bar) {
  const title = svg('title');
  title.textContent = `${bar.name}: ${said(bar)}`;
  return title;
}

/**
 * An empty drawing. A screen reader says its `words`; without any it passes over the drawing.
 * @param {number} width @param {number} height @param {string} name Class of its style @param {string | null} words
 */
function drawn(width, height, name, words) {
  /** @type {Record<string, string>} */
  const spoken = words === null ? { 'aria-hidden': 'true' } : { role: 'img', 'aria-label': words };
  return svg('svg', { viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: 'none', class: name, ...spoken });
}

/** @param {string} tag @param {Record<string, string | number>} [attributes] */
function svg(tag, attributes = {}) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  return made;
}
