import { element } from './dom.js';
import { controlOf, numberControl } from './parameter-controls.js';

/**
 * @import { LimitsDto } from '../../accounts/infrastructure/http/limits.dto.ts'
 * @import { ParameterControl } from '../../imaging/operations/operation-controls.ts'
 * @typedef {{ operation_type: string, parameters: Record<string, unknown> }} Operation
 * @typedef {{ operation: Operation, at: number, limits: LimitsDto, changed: (name?: string) => void }} Place An operation, and where it stands.
 */

/** The controls of an operation, made from its definition. @param {readonly ParameterControl[]} all @param {Place} place */
export function controlsOf(all, place) {
  const parameters = all.filter(
    ({ onlyWith }) => !onlyWith || place.operation.parameters[onlyWith.parameter] === onlyWith.value,
  );
  const measures = parameters.filter(({ along }) => along);
  const others = parameters.filter(({ along }) => !along);
  const sides = element('div', { class: 'sides' }, ...measures.map((parameter) => numberControl(parameter, place)));
  return [...(measures.length > 0 ? [sides] : []), ...others.map((parameter) => controlOf(parameter, place))];
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
