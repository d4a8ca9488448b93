import { dayOf, daysAfter } from '../shared/calendar.ts';
import type { UsageLedger } from '../usage/application/ports.ts';
import type { Usage } from '../usage/domain/usage.ts';

/** Days that are shown. */
const DAYS = 30;
const HEAD = ['day (UTC)', 'images', 'outputs', 'failed', 'source bytes', 'result bytes', 'source pixels', 'work ms'];

/** What an account's images of the last days came to, as a table for a terminal. */
export async function usageTable(ledger: UsageLedger, accountId: string, now: Date): Promise<string> {
  const range = { from: daysAfter(dayOf(now), 1 - DAYS), to: dayOf(now) };
  const days = await ledger.groupsOf(accountId, range, 'day');
  const total = await ledger.totalOf(accountId, range);
  const rows = [
    ...days.map(({ name, usage }) => [name ?? '', ...figures(usage)]),
    [`total of ${DAYS} days`, ...figures(total)],
  ];
  return table([HEAD, ...rows]);
}

function figures(usage: Usage): string[] {
  const { images, outputs, failed, sourceBytes, resultBytes, sourcePixels, processingMs } = usage;
  return [images, outputs, failed, sourceBytes, resultBytes, sourcePixels, processingMs].map(String);
}

/** Columns as wide as their widest cell, numbers to the right. */
function table(rows: readonly (readonly string[])[]): string {
  const width = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  const cell = (text: string, column: number) => (column === 0 ? text.padEnd(width(0)) : text.padStart(width(column)));
  return rows.map((row) => row.map(cell).join('  ')).join('\n');
}
