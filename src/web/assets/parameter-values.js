/**
 * @import { LimitsDto } from '../../accounts/infrastructure/http/limits.dto.ts'
 * @import { ParameterControl } from '../../imaging/operations/operation-controls.ts'
 * @import { Operation } from './operation-controls.js'
 */

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

/** A number moved within the parameter's bounds; anything else as it is. @param {ParameterControl} parameter @param {unknown} value @param {LimitsDto} limits */
export function within(parameter, value, limits) {
  if (parameter.kind !== 'integer' || typeof value !== 'number') return value;
  const { from, to } = boundsOf(parameter, limits);
  return Math.min(to, Math.max(from, value));
}

/** The least and the most that a number may be. @param {ParameterControl} parameter @param {LimitsDto} limits */
export function boundsOf({ from = 0, to = Number.POSITIVE_INFINITY }, limits) {
  const figures = /** @type {Record<string, unknown>} */ ({ ...limits });
  const figure = (/** @type {typeof from} */ bound) =>
    typeof bound === 'number' ? bound : Number(figures[bound.limit]);
  return { from: figure(from), to: figure(to) };
}
