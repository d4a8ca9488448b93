import { snakeCase } from '../../../shared/snake-case.ts';
import { USAGE_FIGURES } from '../../domain/usage.ts';

/** The columns of the figures, in the order of `USAGE_FIGURES`. */
export const FIGURE_COLUMNS: readonly string[] = USAGE_FIGURES.map(snakeCase);

/** Selects the figures of several lines together. */
export const SUMMED_FIGURES = FIGURE_COLUMNS.map((column) => `coalesce(sum(${column}), 0) as ${column}`).join(', ');

/** Ends an insert of lines: where there is one already, the figures are added to it. */
export const ADDED_TO_LINES = `
  on conflict (account_id, day, key_prefix, operation) do update set
  ${FIGURE_COLUMNS.map((column) => `${column} = usage_days.${column} + excluded.${column}`).join(', ')}`;
