import { deletePreset, presets as fetchPresets, savePreset } from './api.js';
import { element, find } from './dom.js';
import { clearProblem, showProblem } from './form.js';
import { Problem } from './http.js';
import { atShownOutput, builtOutputs, restoreOutputs } from './outputs-builder.js';
import { contentOf, outputsOf } from './wanted.js';

/**
 * @import { PresetDto } from '../../image-jobs/infrastructure/http/preset.dto.ts'
 * @import { Content, Wanted } from './wanted.js'
 * @typedef {{ name: string, text: string, at: string }} ChosenPreset A preset, what it said as the builder does, and when it was changed last.
 */

const form = find('#builder', HTMLFormElement);
const room = find('#presets', HTMLDetailsElement);
const choice = find('#preset', HTMLSelectElement);
const nameField = find('#preset-name', HTMLInputElement);
const nameError = find('#preset-name-error', HTMLElement);
const NAME = new RegExp(nameField.dataset.pattern ?? '', 'u');
const use = find('#use-preset', HTMLButtonElement);
const remove = find('#delete-preset', HTMLButtonElement);
const save = find('#save-preset', HTMLButtonElement);

/** @type {PresetDto[]} */
let known = [];

/** @type {ChosenPreset | null} */
let chosen = null;

/** @type {() => void} */
let onChange = () => {};

/** Lets presets be saved, used and deleted. @param {() => void} listener told of each change */
export function offerPresets(listener) {
  onChange = listener;
  // Their list costs a request, and most people open it never.
  room.addEventListener('toggle', () => room.open && attempt(read));
  choice.addEventListener('change', showPresets);
  nameField.addEventListener('input', showPresets);
  nameField.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    save.click();
  });
  use.addEventListener('click', () => usePreset(choice.value));
  save.addEventListener('click', () => attempt(saveBuilt));
  remove.addEventListener('click', () => attempt(removeChosen));
}

/** Fits them to who is signed in. @param {boolean} hasAccount */
export function limitPresets(hasAccount) {
  room.hidden = !hasAccount;
  if (hasAccount) return;
  [known, chosen, room.open] = [[], null, false];
}

/** The preset that was chosen, or null. */
export function chosenPreset() {
  return chosen;
}

/** Goes on with a preset that was chosen before. @param {ChosenPreset | null} kept */
export function restorePreset(kept) {
  chosen = room.hidden ? null : kept;
  showPresets();
}

/**
 * A problem with the words for a preset that cannot be used any more. It is let go of: what it said stays in the
 * builder, and is sent as such the next time.
 * @param {Problem} problem
 */
export function ofLostPreset(problem) {
  const { errors } = problem.document;
  if (!errors?.some(({ pointer }) => pointer === '/preset')) return problem;
  [chosen, known] = [null, []];
  room.open = false;
  showPresets();
  onChange();
  return new Problem(
    { ...problem.document, errors: [{ pointer: '/preset', code: 'preset_lost', detail: '' }] },
    undefined,
  );
}

/** What is wanted: the chosen preset, as long as the builder says the same. @returns {Wanted} */
export function wanted() {
  const content = contentOf(builtOutputs());
  return chosen?.text === JSON.stringify(content) ? { preset: chosen.name } : content;
}

async function read() {
  known = (await fetchPresets()).results;
  // What another tab or program has changed is not what the list says.
  if (chosen && !known.some(({ name, updated_at: at }) => name === chosen?.name && at === chosen.at)) chosen = null;
  showPresets();
  onChange();
}

/** @param {string} name */
function usePreset(name) {
  const preset = known.find((one) => one.name === name);
  if (!preset) return;
  restoreOutputs(outputsOf(preset));
  choose(preset, contentOf(builtOutputs()));
  tell(`The list is that of ${name}.`);
}

async function saveBuilt() {
  const name = nameField.value.trim();
  if (!NAME.test(name)) return showNameFault();
  const content = contentOf(builtOutputs());
  const { preset, isNew } = await savePreset(name, content);
  choose(preset, content);
  nameField.value = '';
  await read();
  choice.value = name;
  showPresets();
  tell(isNew ? `Saved as ${name}.` : `${name} now says what this list does.`);
}

async function removeChosen() {
  const name = choice.value;
  try {
    await deletePreset(name);
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'preset_not_found') throw error;
  }
  if (chosen?.name === name) chosen = null;
  await read();
  tell(`${name} is deleted. The list above stays as it is.`);
  choice.focus();
}

function showNameFault() {
  nameError.textContent = nameField.title;
  nameError.hidden = false;
  nameField.setAttribute('aria-invalid', 'true');
  nameField.focus();
}

/** @param {PresetDto} preset @param {Content} content what it says, as the builder does */
function choose({ name, updated_at: at }, content) {
  chosen = { name, at, text: JSON.stringify(content) };
  showPresets();
  onChange();
}

/** Shows which presets there are, and which one is used. */
export function showPresets() {
  const now = wanted();
  const using = 'preset' in now ? `Preset: ${now.preset}` : chosen ? `Presets (${chosen.name} was changed)` : 'Presets';
  find('summary', HTMLElement, room).textContent = using;
  const wish = choice.value || chosen?.name || '';
  choice.replaceChildren(
    element('option', { value: '' }, known.length > 0 ? 'Choose one' : 'None yet'),
    ...known.map(({ name }) => element('option', { value: name, selected: name === wish }, name)),
  );
  for (const button of [use, remove]) button.disabled = choice.value === '';
  const isKnown = known.some(({ name }) => name === nameField.value.trim());
  save.textContent = isKnown ? 'Replace' : 'Save';
  find('#preset-name-hint', HTMLElement).textContent = isKnown
    ? 'There is a preset of this name: it will say what the list does now.'
    : 'The list of operations, or all results, as they stand above.';
}

/** A fault of the name that is typed, at its field. @param {Problem} problem */
function ofPresetName({ document, retryAfter }) {
  const errors = document.errors?.map((fault) =>
    fault.pointer === '/name' ? { ...fault, pointer: '/preset-name' } : fault,
  );
  return new Problem({ ...document, ...(errors && { errors }) }, retryAfter);
}

/** @param {() => unknown} action */
async function attempt(action) {
  clearProblem(form);
  tell('');
  try {
    await action();
  } catch (error) {
    showProblem(form, atShownOutput(error instanceof Problem ? ofPresetName(error) : error));
  }
}

/** @param {string} news */
function tell(news) {
  find('#preset-news', HTMLElement).textContent = news;
}
