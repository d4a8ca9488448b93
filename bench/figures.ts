/** The middle of some numbers. */
export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/** The number that a share of all, 0 to 1, does not exceed. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** Rows as a table that reads as text too. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) => Math.max(3, ...[head, ...rows].map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) => `| ${widths.map((width, i) => (row[i] ?? '').padEnd(width)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

/** The middle of some rounds, and the worst of them in brackets when it differs. */
export function middleAndWorst(values: readonly number[], digits: number, worst: 'least' | 'most'): string {
  const [middle, last] = [median(values), worst === 'least' ? Math.min(...values) : Math.max(...values)];
  const shown = middle.toFixed(digits);
  return last.toFixed(digits) === shown ? shown : `${shown} (${last.toFixed(digits)})`;
}
