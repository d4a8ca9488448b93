import { element } from './dom.js';
import { boundsOf } from './parameter-values.js';

/**
 * @import { ParameterControl } from '../../imaging/operations/operation-controls.ts'
 * @import { Place } from './operation-controls.js'
 */

/** A wider range of numbers is typed; a narrower one is slid. */
const WIDEST_SLIDER = 400;

/** The control that suits the kind of a parameter. @param {ParameterControl} parameter @param {Place} place */
export function controlOf(parameter, place) {
  if (parameter.kind === 'choice') return choices(parameter, place);
  if (parameter.kind === 'flag') return checkbox(parameter, place);
  if (parameter.kind === 'color') return colour(parameter, place);
  const { from, to } = boundsOf(parameter, place.limits);
  return to - from <= WIDEST_SLIDER && !parameter.optional ? slider(parameter, place) : numberControl(parameter, place);
}

/** A number that is typed. @param {ParameterControl} parameter @param {Place} place */
export function numberControl(parameter, { operation, at, limits, changed }) {
  const { name, label, optional, shownIn = 1 } = parameter;
  const { from, to } = boundsOf(parameter, limits);
  const id = `operation-${at}-${name}`;
  const value = operation.parameters[name];
  const input = element('input', {
    id,
    type: 'number',
    inputmode: shownIn > 1 ? 'decimal' : 'numeric',
    min: from / shownIn,
    max: Number.isFinite(to) && to / shownIn,
    step: shownIn > 1 && 'any',
    value: typeof value === 'number' ? value / shownIn : value,
    'aria-describedby': `${id}-error`,
    oninput: () => {
      if (input.value === '' && optional) delete operation.parameters[name];
      else operation.parameters[name] = input.value === '' ? null : meant(Number(input.value), shownIn);
      changed(name);
    },
  });
  return element('div', { class: 'field' }, element('label', { for: id }, label), input, errorRoom(at, name));
}

/** A typed number in the parameter's own unit, which has no fractions. @param {number} typed @param {number} shownIn */
function meant(typed, shownIn) {
  return shownIn > 1 ? Math.round(typed * shownIn) : typed;
}

/** @param {ParameterControl} parameter @param {Place} place */
function slider(parameter, { operation, at, limits, changed }) {
  const { name, label } = parameter;
  const { from, to } = boundsOf(parameter, limits);
  const id = `operation-${at}-${name}`;
  const shown = element('output', { for: id }, String(operation.parameters[name]));
  const input = element('input', {
    id,
    type: 'range',
    min: from,
    max: to,
    value: operation.parameters[name],
    'aria-describedby': `${id}-error`,
    oninput: () => {
      operation.parameters[name] = Number(input.value);
      shown.textContent = input.value;
      changed();
    },
  });
  return element(
    'div',
    {},
    element('div', { class: 'slider' }, element('label', { for: id }, label), shown),
    input,
    element(
      'p',
      { class: 'ends', 'aria-hidden': 'true' },
      element('span', {}, String(from)),
      element('span', {}, String(to)),
    ),
    errorRoom(at, name),
  );
}

/** @param {ParameterControl} parameter @param {Place} place */
function choices({ name, label, values = [] }, { operation, at, changed }) {
  const about = element('p', { class: 'hint' });
  const explain = () => {
    about.textContent = values.find(({ value }) => value === operation.parameters[name])?.meaning ?? '';
    about.hidden = about.textContent === '';
  };
  const drawings = values.map(({ value }) => drawingOf(`${operation.operation_type}.${name}.${value}`));
  const drawn = drawings.every((drawing) => drawing !== null);
  const options = values.map(({ value }, index) =>
    element(
      'label',
      {},
      element('input', {
        type: 'radio',
        name: `operation-${at}-${name}`,
        value,
        checked: operation.parameters[name] === value,
        onchange: () => {
          operation.parameters[name] = value;
          explain();
          changed(name);
        },
      }),
      ...(drawn ? [drawings[index] ?? null, String(value)] : [element('span', {}, String(value))]),
    ),
  );
  explain();
  return element(
    'fieldset',
    { class: 'field' },
    element('legend', {}, label),
    element('div', { class: drawn ? 'fits' : 'chips' }, ...options),
    about,
    errorRoom(at, name),
  );
}

/** @param {ParameterControl} parameter @param {Place} place */
function checkbox({ name, label }, { operation, at, changed }) {
  const input = element('input', {
    type: 'checkbox',
    checked: operation.parameters[name] === true,
    onchange: () => {
      operation.parameters[name] = input.checked;
      changed();
    },
  });
  return element('div', { class: 'field' }, element('label', { class: 'check' }, input, label), errorRoom(at, name));
}

/** @param {ParameterControl} parameter @param {Place} place */
function colour({ name, label, optional }, { operation, at, changed }) {
  const id = `operation-${at}-${name}`;
  const value = operation.parameters[name];
  const isClear = value === undefined || value === 'transparent';
  const picker = element('input', {
    id,
    type: 'color',
    value: isClear ? '#ffffff' : value,
    'aria-describedby': `${id}-error`,
    oninput: () => {
      clear.checked = false;
      keep();
    },
  });
  const clear = element('input', { type: 'checkbox', checked: isClear, onchange: () => keep() });
  const keep = () => {
    if (!clear.checked) operation.parameters[name] = picker.value;
    else if (optional) delete operation.parameters[name];
    else operation.parameters[name] = 'transparent';
    changed();
  };
  return element(
    'div',
    { class: 'field' },
    element('label', { for: id }, label),
    element('div', { class: 'colour' }, picker, element('label', { class: 'check' }, clear, 'Transparent')),
    errorRoom(at, name),
  );
}

/** The page's drawing of what a value does; null where words must do. @param {string} path operation, parameter and value */
function drawingOf(path) {
  const template = document.querySelector(`template[data-drawing="${path}"]`);
  return template instanceof HTMLTemplateElement ? template.content.cloneNode(true) : null;
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
