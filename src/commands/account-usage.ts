import { dayOf, daysAfter } from '../shared/calendar.ts';
import type { UsageLedger } from '../usage/application/ports.ts';
import type { Usage } from '../usage/domain/usage.ts';
import { terminalTable } from './terminal-table.ts';

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
  return terminalTable([HEAD, ...rows], (column) => column > 0);
}

function figures(usage: Usage): string[] {
  const { images, outputs, failed, sourceBytes, resultBytes, sourcePixels, processingMs } = usage;
  return [images, outputs, failed, sourceBytes, resultBytes, sourcePixels, processingMs].map(String);
}
