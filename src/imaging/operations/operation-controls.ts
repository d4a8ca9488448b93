import { snakeCase } from '../../shared/snake-case.ts';
import type { Bound, Parameter } from '../domain/parameter.ts';
import { OPERATIONS } from './operations.ts';

/** A bound as pages read it: a number, or the name of the limit in `GET /api/limits/`. */
type ShownBound = number | { readonly limit: string };

/** Of an integer without an end nothing is shown. */
const NO_END = Number.POSITIVE_INFINITY;

/** What a page needs to show the control of one parameter. */
export interface ParameterControl {
  readonly name: string;
  readonly label: string;
  readonly kind: Parameter['kind'];
  /** What a page begins with; null for what may be left out. */
  readonly start: string | number | boolean | null;
  /** The side of the picture that the start is half of, where the picture is known. */
  readonly along?: 'width' | 'height';
  /** Of an integer; none to which it has no end. */
  readonly from?: ShownBound;
  readonly to?: ShownBound;
  /** It is asked for in a unit that is so many of it. */
  readonly shownIn?: number;
  /** Of a choice: each value, and what it means where there is more to say. */
  readonly values?: readonly { readonly value: string | number; readonly meaning?: string }[];
  readonly optional: boolean;
  /** It is shown only where another parameter has this value. */
  readonly onlyWith?: { readonly parameter: string; readonly value: string };
}

/** What a page needs to show one operation. */
export interface OperationControl {
  readonly type: string;
  readonly title: string;
  readonly about: string;
  readonly parameters: readonly ParameterControl[];
}

/** All operations as plain data, for pages to build their controls from. */
export function operationControls(): OperationControl[] {
  return OPERATIONS.map(({ type, title, about, parameters }) => ({
    type,
    title,
    about,
    parameters: Object.entries<Parameter>(parameters).map(([name, parameter]) => controlOf(name, parameter)),
  }));
}

function controlOf(name: string, parameter: Parameter): ParameterControl {
  const { kind, label = name, optional = false, onlyWith } = parameter;
  const condition = onlyWith && { onlyWith };
  if (parameter.kind === 'integer') {
    const { from, to, example, along, shownIn, starts = parameter.default ?? example } = parameter;
    const start = optional && !along ? null : (starts ?? null);
    const bounds = { from: shownBound(from), ...(to !== NO_END && { to: shownBound(to) }) };
    const shown = { ...(along && { along }), ...(shownIn && { shownIn }) };
    return { name, label, kind, optional, start, ...bounds, ...shown, ...condition };
  }
  if (parameter.kind === 'flag') return { name, label, kind, optional, start: parameter.default };
  if (parameter.kind === 'color')
    return { name, label, kind, optional, start: parameter.default ?? null, ...condition };
  const { values, meanings = {} } = parameter;
  const start = optional ? null : (parameter.example ?? parameter.default ?? values[0] ?? null);
  const shown = values.map((value) => ({ value, ...(meanings[value] && { meaning: meanings[value] }) }));
  return { name, label, kind, optional, start, values: shown, ...condition };
}

function shownBound(bound: Bound): ShownBound {
  return typeof bound === 'number' ? bound : { limit: snakeCase(bound) };
}
