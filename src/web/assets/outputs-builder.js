import { element, find } from './dom.js';
import { Problem } from './http.js';
import { builtOperations, restoreOperations } from './operations-builder.js';

/**
 * @import { Operation } from './operation-controls.js'
 * @typedef {{ name: string, operations: Operation[] }} Output One result that is wanted.
 */

const room = find('#outputs', HTMLElement);
const choices = find('#output-choices', HTMLElement);
const nameField = find('#output-name', HTMLInputElement);
const nameError = find('#output-name-error', HTMLElement);
const adder = find('#add-output', HTMLButtonElement);
const remover = find('#remove-output', HTMLButtonElement);
const MOST = Number(room.dataset.most);
const NAME = new RegExp(nameField.dataset.pattern ?? '', 'u');

/** All outputs; the operations of the one that is shown are the builder's. One alone has no name. @type {Output[]} */
let outputs = [{ name: '', operations: [] }];
let shown = 0;

/** @type {() => void} */
let onChange = () => {};

/** Lets outputs be added, named, chosen and removed. @param {() => void} listener told of each change */
export function buildOutputs(listener) {
  onChange = listener;
  adder.addEventListener('click', add);
  remover.addEventListener('click', remove);
  nameField.addEventListener('input', () => {
    const output = outputs[shown];
    if (output) output.name = nameField.value;
    renderChoices();
    showBreach(breachOf(shown));
    onChange();
  });
}

/** Fits them to who is signed in: several need an account. @param {boolean} hasAccount */
export function limitOutputs(hasAccount) {
  adder.hidden = !hasAccount;
  find('#account-gives', HTMLElement).hidden = hasAccount;
}

/** All outputs in their order. @returns {Output[]} */
export function builtOutputs() {
  return outputs.map(({ name, operations }, at) => ({
    name,
    operations: at === shown ? builtOperations() : operations,
  }));
}

/** Shows outputs that were built before. @param {Output[]} kept */
export function restoreOutputs(kept) {
  outputs = kept.length > 0 ? kept : [{ name: '', operations: [] }];
  shown = 0;
  showOperations();
}

/** Whether the names can be sent; the first that cannot is shown with the reason. */
export function namesAreGood() {
  const at = outputs.findIndex((_, at) => breachOf(at) !== null);
  if (at < 0) return true;
  select(at);
  showBreach(breachOf(at));
  nameField.focus();
  return false;
}

/**
 * A problem as the form can show it: the first output at fault is chosen, and its faults are those of the fields that
 * are shown; of the others no more is said than which they are.
 * @param {unknown} error
 */
export function atShownOutput(error) {
  if (!(error instanceof Problem) || !error.document.errors) return error;
  const { errors } = error.document;
  const outputOf = (/** @type {string} */ pointer) => Number(/^\/outputs\/(\d+)\//.exec(pointer)?.[1] ?? -1);
  const faulty = [...new Set(errors.map(({ pointer }) => outputOf(pointer)).filter((at) => at in outputs))];
  const [first] = faulty;
  if (first === undefined) return error;
  if (first !== shown) select(first);
  const others = faulty.slice(1).map((at) => ({
    pointer: '',
    code: 'other_output',
    detail: `The result “${outputs[at]?.name}” has a fault too`,
  }));
  const here = errors
    .filter(({ pointer }) => outputOf(pointer) === first)
    .map((fault) => ({ ...fault, pointer: fault.pointer.replace(/^\/outputs\/\d+/, '') }))
    .map((fault) => (fault.pointer === '/name' ? { ...fault, pointer: '/output-name' } : fault));
  return new Problem({ ...error.document, errors: [...here, ...others] }, error.retryAfter);
}

/** Why the name of an output cannot be sent; null if it can. @param {number} at */
function breachOf(at) {
  const { name = '' } = outputs[at] ?? {};
  if (outputs.length === 1) return null;
  if (!NAME.test(name)) return nameField.title;
  return outputs.some((other, index) => index !== at && other.name === name)
    ? 'Another result has this name already. Choose another one.'
    : null;
}

/** The next output begins as the one that is shown: mostly one figure differs. */
function add() {
  const operations = structuredClone(builtOperations());
  keep();
  const [first] = outputs;
  if (first && outputs.length === 1) first.name ||= freeName();
  outputs.push({ name: freeName(), operations });
  select(outputs.length - 1);
  tell(`Result ${outputs.at(-1)?.name} added, with the same operations`);
  nameField.focus();
  nameField.select();
}

function remove() {
  const [removed] = outputs.splice(shown, 1);
  shown = Math.max(0, shown - 1);
  showOperations();
  tell(`Result ${removed?.name} removed`);
  const next = choices.querySelector('input:checked');
  (outputs.length > 1 && next instanceof HTMLElement ? next : adder).focus();
}

/** Shows another output. @param {number} at */
function select(at) {
  keep();
  shown = at;
  showOperations();
}

/** Keeps what was built of the output that is shown. */
function keep() {
  const output = outputs[shown];
  if (output) output.operations = builtOperations();
}

function showOperations() {
  render();
  restoreOperations(outputs[shown]?.operations ?? []);
}

function render() {
  const several = outputs.length > 1;
  room.hidden = !several;
  adder.disabled = outputs.length >= MOST;
  nameField.value = outputs[shown]?.name ?? '';
  showBreach(null);
  renderChoices();
}

function renderChoices() {
  const focused = choices.contains(document.activeElement);
  const choice = (/** @type {Output} */ { name }, /** @type {number} */ at) =>
    element(
      'label',
      {},
      element('input', { type: 'radio', name: 'output', value: at, checked: at === shown, onchange: () => select(at) }),
      element('span', {}, name || 'no name'),
    );
  choices.replaceChildren(...outputs.map(choice));
  const checked = choices.querySelector('input:checked');
  if (focused && checked instanceof HTMLElement) checked.focus();
}

/** @param {string | null} sentence */
function showBreach(sentence) {
  nameError.textContent = sentence ?? '';
  nameError.hidden = !sentence;
  nameField.removeAttribute('aria-invalid');
  if (sentence) nameField.setAttribute('aria-invalid', 'true');
}

/** A name that no output has. */
function freeName() {
  for (let number = 1; ; number += 1) {
    const name = `result-${number}`;
    if (!outputs.some((output) => output.name === name)) return name;
  }
}

/** @param {string} news */
function tell(news) {
  find('#operations-news', HTMLElement).textContent = news;
}
