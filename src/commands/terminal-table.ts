/** Rows as columns for a terminal, each as wide as its widest cell; `right` are those of figures. */
export function terminalTable(rows: readonly (readonly string[])[], right: (column: number) => boolean): string {
  const shown = rows.map((row) => row.map(harmless));
  const width = (column: number) => Math.max(...shown.map((row) => row[column]?.length ?? 0));
  const cell = (text: string, column: number) =>
    right(column) ? text.padStart(width(column)) : text.padEnd(width(column));
  return shown.map((row) => row.map(cell).join('  ').trimEnd()).join('\n');
}

/** Names that others have chosen may hold what a terminal obeys. */
function harmless(text: string): string {
  return text.replace(/\p{C}/gu, '?');
}
