/**
 * @import { UsageReportDto } from '../../usage/infrastructure/http/usage.dto.ts'
 * @import { UsageChoice } from './account-usage.js'
 */

const NAMES = { day: 'period', key: 'key', operation: 'operation' };

/** A report as RFC 4180 writes tables: a line of names, then one for each group. @param {UsageReportDto} report @param {UsageChoice} choice */
export function usageCsv({ results, total }, { by }) {
  const columns = [NAMES[by], ...Object.keys(total)];
  const line = (/** @type {unknown[]} */ values) => `${values.map(cell).join(',')}\r\n`;
  const rows = results.map((group) => new Map(Object.entries(group)));
  return line(columns) + rows.map((row) => line(columns.map((column) => row.get(column)))).join('');
}

/** @param {unknown} value */
function cell(value) {
  const text = String(value ?? '');
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
