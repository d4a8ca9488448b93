import { cropFrame, settlePlace } from './crop-frame.js';
import { element, find } from './dom.js';
import { controlsOf, showValues } from './operation-controls.js';
import { fitOthers, startsOf, within } from './parameter-values.js';
import { pictureAfter, showPreview } from './preview.js';
import { limitTurns, offerTurns } from './turn-buttons.js';

/**
 * @import { LimitsDto } from '../../accounts/infrastructure/http/limits.dto.ts'
 * @import { OperationControl } from '../../imaging/operations/operation-controls.ts'
 * @import { CropFrame } from './crop-frame.js'
 * @import { Operation } from './operation-controls.js'
 */

const list = find('#operations', HTMLOListElement);

/** What the server knows of each operation. @type {Map<string, OperationControl>} */
const KNOWN = new Map(
  JSON.parse(list.dataset.known ?? '[]').map((/** @type {OperationControl} */ one) => [one.type, one]),
);
const adders = [...document.querySelectorAll('[data-add]')].filter((one) => one instanceof HTMLButtonElement);

/** @type {Operation[]} */
const operations = [];

/** @type {LimitsDto} */
let limits;

/** @type {() => void} */
let onChange = () => {};

/** The rectangles on pictures, by the place of their crop. @type {Map<number, CropFrame>} */
const frames = new Map();

/** Shows what has changed, and tells of it. */
function changed() {
  for (const [at, frame] of frames) {
    const drawn = pictureAfter(operations.slice(0, at));
    if (drawn) frame.show(drawn);
  }
  showPreview(operations);
  onChange();
}

/** The operations in their order, as the API takes them. */
export function builtOperations() {
  return operations.map(({ operation_type, parameters }) => ({ operation_type, parameters: { ...parameters } }));
}

/**
 * Lets operations be added, moved, changed and removed.
 * @param {() => { width: number | null, height: number | null } | undefined} picture what is known of the picture
 * @param {() => void} listener told of each change
 */
export function buildOperations(picture, listener) {
  onChange = listener;
  for (const button of adders) {
    button.addEventListener('click', () => {
      const type = button.dataset.add ?? '';
      const parameters = startsOf(KNOWN.get(type)?.parameters ?? [], limits, pictureAfter(operations) ?? picture());
      operations.push({ operation_type: type, parameters });
      render();
      tell(`${nameOf(type)} added as operation ${operations.length}`);
      const card = list.lastElementChild;
      const first = card?.querySelector('input:checked, input');
      if (first instanceof HTMLElement) first.focus();
    });
  }
}

/** Shows the operations on another picture. */
export function renewOperations() {
  if (limits) render();
}

offerTurns(operations, (button) => {
  render();
  tell(`${button.textContent}: ${operations.length} operations`);
  if (button.disabled) list.querySelector('button')?.focus();
});

/** Shows operations that were built before. @param {Operation[]} kept */
export function restoreOperations(kept) {
  operations.splice(0, operations.length, ...structuredClone(kept));
  if (limits) limitOperations(limits);
}

/** Fits the controls to new limits. @param {LimitsDto} newLimits */
export function limitOperations(newLimits) {
  limits = newLimits;
  for (const { operation_type, parameters } of operations) {
    for (const parameter of KNOWN.get(operation_type)?.parameters ?? []) {
      // What a person has typed is theirs to mend; a slider would show another figure than it sends.
      if (!parameter.along && parameter.name in parameters)
        parameters[parameter.name] = within(parameter, parameters[parameter.name], limits);
    }
  }
  render();
}

function render() {
  frames.clear();
  list.replaceChildren(...operations.map(card));
  find('#operations-empty', HTMLElement).hidden = operations.length > 0;
  const full = operations.length >= limits.operations;
  for (const button of adders) button.disabled = full;
  limitTurns(operations, full);
  const lift = limits.policy === 'anonymous' ? '; registering lifts the limit' : '';
  find('#operations-limit', HTMLElement).textContent =
    `${operations.length} of ${limits.operations} operations${full ? lift : ''}`;
  changed();
}

/** Builds a card anew, and gives the focus back to the choice that it had. @param {number} at @param {string} name */
function renew(at, name) {
  list.children[at]?.replaceWith(card(/** @type {Operation} */ (operations[at]), at));
  const chosen = list.querySelector(`[name="operation-${at}-${name}"]:checked`);
  if (chosen instanceof HTMLElement) chosen.focus();
}

/** @param {Operation} operation @param {number} at */
function card(operation, at) {
  const name = nameOf(operation.operation_type);
  const label = `${name}, operation ${at + 1}`;
  const parameters = KNOWN.get(operation.operation_type)?.parameters ?? [];
  return element(
    'li',
    { class: 'operation', 'aria-label': label },
    element(
      'header',
      {},
      element('h3', {}, name),
      tool('↑', `Move ${label} up`, at === 0, () => move(at, -1)),
      tool('↓', `Move ${label} down`, at === operations.length - 1, () => move(at, 1)),
      tool('×', `Remove ${label}`, false, () => remove(at)),
    ),
    rectangle(operation, at),
    ...controlsOf(parameters, {
      operation,
      at,
      limits,
      changed: (name) => {
        if (name && operation.operation_type === 'crop') {
          settlePlace(operation, name);
          showValues(parameters, operation, at);
        }
        if (name && fitOthers(parameters, operation, name)) renew(at, name);
        changed();
      },
    }),
    element('p', { class: 'error', 'data-error-for': `/operations/${at}`, hidden: true }),
  );
}

/** The rectangle of a crop, on the picture as it then is. @param {Operation} operation @param {number} at */
function rectangle(operation, at) {
  const drawn = operation.operation_type === 'crop' ? pictureAfter(operations.slice(0, at)) : null;
  if (!drawn) return null;
  const frame = cropFrame(drawn, operation, () => {
    showValues(KNOWN.get(operation.operation_type)?.parameters ?? [], operation, at);
    changed();
  });
  frames.set(at, frame);
  return frame.element;
}

/** @param {string} sign @param {string} label @param {boolean} disabled @param {() => void} onclick */
function tool(sign, label, disabled, onclick) {
  return element(
    'button',
    { type: 'button', class: 'tool', 'aria-label': label, title: label, disabled, onclick },
    sign,
  );
}

/** @param {number} at @param {-1 | 1} by */
function move(at, by) {
  const [moved] = operations.splice(at, 1);
  if (!moved) return;
  operations.splice(at + by, 0, moved);
  render();
  tell(`${nameOf(moved.operation_type)} is now operation ${at + by + 1}`);
  // The focus goes along; at an end of the list, to the button that leads back.
  const tools = list.children[at + by]?.querySelectorAll('.tool');
  const [up, down] = [...(tools ?? [])].filter((one) => one instanceof HTMLButtonElement);
  const wanted = by < 0 ? up : down;
  (wanted?.disabled ? (by < 0 ? down : up) : wanted)?.focus();
}

/** @param {number} at */
function remove(at) {
  const [removed] = operations.splice(at, 1);
  render();
  tell(`${nameOf(removed?.operation_type ?? '')} removed`);
  adders[0]?.focus();
}

/** @param {string} type */
function nameOf(type) {
  return KNOWN.get(type)?.title ?? type;
}

/** @param {string} news */
function tell(news) {
  find('#operations-news', HTMLElement).textContent = news;
}
