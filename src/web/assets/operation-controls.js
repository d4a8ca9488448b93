import { element } from './dom.js';

/**
 * @import { LimitsDto } from '../../accounts/infrastructure/http/limits.dto.ts'
 * @import { ParameterControl } from '../../imaging/operations/operation-controls.ts'
 * @typedef {{ operation_type: string, parameters: Record<string, unknown> }} Operation
 * @typedef {{ operation: Operation, at: number, limits: LimitsDto, changed: (name?: string) => void }} Place An operation, and where it stands.
 */

/** A wider range of numbers is typed; a narrower one is slid. */
const WIDEST_SLIDER = 400;

/** The controls of an operation, made from its definition. @param {readonly ParameterControl[]} all @param {Place} place */
export function controlsOf(all, place) {
  const parameters = all.filter(
    ({ onlyWith }) => !onlyWith || place.operation.parameters[onlyWith.parameter] === onlyWith.value,
  );
  const measures = parameters.filter(({ along }) => along);
  const others = parameters.filter(({ along }) => !along);
  const sides = element('div', { class: 'sides' }, ...measures.map((parameter) => number(parameter, place)));
  return [...(measures.length > 0 ? [sides] : []), ...others.map((parameter) => control(parameter, place))];
}

/** What a page begins with. @param {readonly ParameterControl[]} parameters @param {LimitsDto} limits @param {{ width: number | null, height: number | null } | undefined} picture */
export function startsOf(parameters, limits, picture) {
  const starts = parameters.map((parameter) => {
    const side = parameter.along && picture?.[parameter.along];
    const start = side ? Math.max(1, Math.round(side / 2)) : parameter.start;
    return /** @type {const} */ ([parameter.name, within(parameter, start, limits)]);
  });
  return Object.fromEntries(starts.filter(([, start]) => start !== null));
}

/**
 * Forgets what means nothing beside what another parameter has become; whether other controls are to be shown now.
 * @param {readonly ParameterControl[]} parameters @param {Operation} operation @param {string} name of what has changed
 */
export function fitOthers(parameters, operation, name) {
  const dependent = parameters.filter(({ onlyWith }) => onlyWith?.parameter === name);
  for (const { name: other, onlyWith } of dependent) {
    if (onlyWith?.value !== operation.parameters[name]) delete operation.parameters[other];
  }
  return dependent.length > 0;
}

/**
 * Shows what has become of an operation's numbers and choices without its controls' doing.
 * @param {readonly ParameterControl[]} parameters @param {Operation} operation @param {number} at
 */
export function showValues(parameters, { parameters: values }, at) {
  for (const { name, kind } of parameters) {
    const input = document.getElementById(`operation-${at}-${name}`);
    if (kind === 'integer' && input instanceof HTMLInputElement && input !== document.activeElement)
      input.value = String(values[name] ?? '');
    for (const one of document.getElementsByName(`operation-${at}-${name}`))
      if (one instanceof HTMLInputElement) one.checked = one.value === String(values[name]);
  }
}

/** A number moved within the parameter's bounds; anything else as it is. @param {ParameterControl} parameter @param {unknown} value @param {LimitsDto} limits */
export function within(parameter, value, limits) {
  if (parameter.kind !== 'integer' || typeof value !== 'number') return value;
  const { from, to } = boundsOf(parameter, limits);
  return Math.min(to, Math.max(from, value));
}

/** @param {ParameterControl} parameter @param {Place} place */
function control(parameter, place) {
  if (parameter.kind === 'choice') return choices(parameter, place);
  if (parameter.kind === 'flag') return checkbox(parameter, place);
  if (parameter.kind === 'color') return colour(parameter, place);
  const { from, to } = boundsOf(parameter, place.limits);
  return to - from <= WIDEST_SLIDER && !parameter.optional ? slider(parameter, place) : number(parameter, place);
}

/** @param {ParameterControl} parameter @param {LimitsDto} limits */
function boundsOf({ from = 0, to = Number.POSITIVE_INFINITY }, limits) {
  const figures = /** @type {Record<string, unknown>} */ ({ ...limits });
  const figure = (/** @type {typeof from} */ bound) =>
    typeof bound === 'number' ? bound : Number(figures[bound.limit]);
  return { from: figure(from), to: figure(to) };
}

/** @param {ParameterControl} parameter @param {Place} place */
function number(parameter, { operation, at, limits, changed }) {
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
