import { element } from './dom.js';
import { bounded, boxOf } from './picture-steps.js';

/**
 * @import { Drawn } from './picture-steps.js'
 * @import { Operation } from './operation-controls.js'
 * @typedef {{ x: number, y: number }} Point
 * @typedef {Point & { width: number, height: number }} Box
 * @typedef {{ element: HTMLElement, show: (drawn: Drawn) => void }} CropFrame
 */

/** Which side of the box each corner stands at: 0 left or top, 1 right or bottom. */
const CORNERS = /** @type {const} */ ({ nw: [0, 0], ne: [1, 0], sw: [0, 1], se: [1, 1] });

const ARROWS = /** @type {const} */ ({ ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] });

/** One press of an arrow moves by so much of a side. */
const STRIDE = 0.01;

/**
 * The picture with a rectangle on it that is the part to be kept: drawn, moved and pulled with a mouse, a finger or
 * the keyboard.
 * @param {Drawn} start the picture as it is before the crop
 * @param {Operation} operation the crop
 * @param {() => void} changed
 * @returns {CropFrame}
 */
export function cropFrame(start, operation, changed) {
  let drawn = start;
  const grips = Object.keys(CORNERS).map((corner) =>
    element('span', { class: `grip ${corner}`, 'data-corner': corner }),
  );
  const box = element('div', { class: 'crop-box', tabindex: 0, role: 'group' }, ...grips);
  const frame = element('div', { class: 'crop-frame' }, start.canvas, box);

  const show = () => {
    const { x, y, width, height } = boxOf(drawn, operation.parameters);
    const percent = (/** @type {number} */ part, /** @type {number} */ whole) => `${(part / whole) * 100}%`;
    box.style.left = percent(x, drawn.width);
    box.style.top = percent(y, drawn.height);
    box.style.width = percent(width, drawn.width);
    box.style.height = percent(height, drawn.height);
    box.setAttribute(
      'aria-label',
      `What is kept: ${width} × ${height} pixels at ${x}, ${y}. Arrows move it, with Shift they change its size.`,
    );
  };
  const keep = (/** @type {Box} */ wanted) => {
    Object.assign(operation.parameters, boxOf(drawn, wanted));
    delete operation.parameters.gravity;
    show();
    changed();
  };
  const pointAt = (/** @type {PointerEvent} */ { clientX, clientY }) => {
    const { left, top, width, height } = frame.getBoundingClientRect();
    return {
      x: bounded(((clientX - left) / width) * drawn.width, 0, drawn.width),
      y: bounded(((clientY - top) / height) * drawn.height, 0, drawn.height),
    };
  };

  /** What a pointer that is down does with the box as it moves. @type {((to: Point) => Box) | null} */
  let drag = null;
  frame.addEventListener('pointerdown', (event) => {
    event.preventDefault();
    frame.setPointerCapture(event.pointerId);
    drag = dragFrom(event.target, pointAt(event), boxOf(drawn, operation.parameters));
    box.focus({ preventScroll: true });
  });
  frame.addEventListener('pointermove', (event) => drag && keep(drag(pointAt(event))));
  for (const end of ['pointerup', 'pointercancel']) {
    frame.addEventListener(end, () => {
      drag = null;
    });
  }
  box.addEventListener('keydown', (event) => {
    const arrow = ARROWS[/** @type {keyof typeof ARROWS} */ (event.key)];
    if (!arrow) return;
    event.preventDefault();
    keep(pressed(boxOf(drawn, operation.parameters), arrow, event.shiftKey, drawn));
  });
  show();
  return {
    element: element(
      'div',
      { class: 'field' },
      frame,
      element(
        'p',
        { class: 'hint' },
        'Draw the part to keep, move it, or pull its corners. Arrows move it, with Shift they change its size.',
      ),
    ),
    show(next) {
      drawn.canvas.replaceWith(next.canvas);
      drawn = next;
      show();
    },
  };
}

/** A place and a gravity exclude each other: the one that a person has set stays. @param {Operation} operation @param {string} name */
export function settlePlace({ parameters }, name) {
  if (name === 'gravity') {
    delete parameters.x;
    delete parameters.y;
  }
  if (name === 'x' || name === 'y') delete parameters.gravity;
}

/** @param {EventTarget | null} target @param {Point} from @param {Box} box @returns {(to: Point) => Box} */
function dragFrom(target, from, box) {
  const corner = target instanceof HTMLElement ? target.dataset.corner : undefined;
  if (corner) {
    const [right, bottom] = CORNERS[/** @type {keyof typeof CORNERS} */ (corner)];
    const opposite = { x: right ? box.x : box.x + box.width, y: bottom ? box.y : box.y + box.height };
    return (to) => between(opposite, to);
  }
  const isInside = target instanceof HTMLElement && target.classList.contains('crop-box');
  if (isInside) return (to) => ({ ...box, x: box.x + to.x - from.x, y: box.y + to.y - from.y });
  return (to) => between(from, to);
}

/** The box with these two corners. @param {Point} one @param {Point} other @returns {Box} */
function between(one, other) {
  return {
    x: Math.min(one.x, other.x),
    y: Math.min(one.y, other.y),
    width: Math.max(1, Math.abs(one.x - other.x)),
    height: Math.max(1, Math.abs(one.y - other.y)),
  };
}

/** @param {Box} box @param {readonly [number, number]} arrow @param {boolean} resizes @param {Drawn} drawn @returns {Box} */
function pressed(box, [right, down], resizes, drawn) {
  const across = right * Math.max(1, Math.round(drawn.width * STRIDE));
  const along = down * Math.max(1, Math.round(drawn.height * STRIDE));
  if (!resizes) return { ...box, x: box.x + across, y: box.y + along };
  return {
    ...box,
    width: bounded(box.width + across, 1, drawn.width - box.x),
    height: bounded(box.height + along, 1, drawn.height - box.y),
  };
}
