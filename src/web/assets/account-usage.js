import { usage } from './api.js';
import { columnChart, rowChart } from './bar-chart.js';
import { element, find } from './dom.js';
import { tableParts } from './lists.js';
import { saveFile } from './save-file.js';
import { usageCsv } from './usage-csv.js';
import { megapixels, size } from './words.js';

/**
 * @import { UsageFiguresDto, UsageReportDto } from '../../usage/infrastructure/http/usage.dto.ts'
 * @typedef {'day' | 'key' | 'operation'} Grouping
 * @typedef {{ from: string, to: string, by: Grouping }} UsageChoice Days in UTC, both included.
 * @typedef {{ name: string, figures: UsageFiguresDto }} NamedUsage
 */

const DAY_MS = 86_400_000;
const HEADS = { day: 'Day', key: 'API key', operation: 'Operation' };
/** Of a day without images. @type {UsageFiguresDto} */
const NONE = {
  images: 0,
  outputs: 0,
  failed: 0,
  source_bytes: 0,
  result_bytes: 0,
  source_pixels: 0,
  processing_ms: 0,
};
const form = find('#usage-choice', HTMLFormElement);

/** What the account's images came to. @type {import('./account.js').Section} */
export async function showUsage(_own, attempt) {
  form.onchange = () => attempt(showChosen);
  form.onsubmit = (event) => event.preventDefault();
  await showChosen();
}

async function showChosen() {
  const choice = chosen();
  const report = await usage(choice);
  const groups = groupsOf(report, choice);
  find('#usage-total', HTMLElement).textContent = sentence(report.total);
  showChart(groups, choice);
  showTable(groups, choice);
  const exported = find('#usage-export', HTMLButtonElement);
  exported.disabled = report.results.length === 0;
  exported.onclick = () =>
    saveFile(
      new Blob([usageCsv(report, choice)], { type: 'text/csv' }),
      `usage-${choice.from}-${choice.to}-by-${choice.by}.csv`,
    );
}

/** @returns {UsageChoice} */
function chosen() {
  const wishes = new FormData(form);
  const today = Date.now();
  return {
    from: dayOf(today - (Number(wishes.get('days')) - 1) * DAY_MS),
    to: dayOf(today),
    by: /** @type {Grouping} */ (wishes.get('by')),
  };
}

/** The groups by their names; of days, those without images too. @param {UsageReportDto} report @param {UsageChoice} choice */
function groupsOf({ results }, { from, to, by }) {
  const groups = results.map((group) => {
    if ('period' in group) return { name: group.period, figures: group };
    if ('operation' in group) return { name: group.operation, figures: group };
    return { name: group.key ?? 'without a key', figures: group };
  });
  if (by !== 'day') return groups;
  const known = new Map(groups.map((group) => [group.name, group]));
  const days = (Date.parse(to) - Date.parse(from)) / DAY_MS + 1;
  return Array.from({ length: days }, (_, at) => {
    const name = dayOf(Date.parse(from) + at * DAY_MS);
    return known.get(name) ?? { name, figures: NONE };
  });
}

/** @param {NamedUsage[]} groups @param {UsageChoice} choice */
function showChart(groups, { from, to, by }) {
  const chart = find('#usage-chart', HTMLElement);
  const bars = groups.map(({ name, figures: { images, failed } }) => ({ name, value: images, failed }));
  chart.hidden = bars.every(({ value }) => value === 0);
  if (chart.hidden) return;
  const caption = element('figcaption', { class: 'hint' }, `Images, ${from} to ${to}; failed ones in red`);
  chart.replaceChildren(caption, by === 'day' ? columnChart(bars) : rowChart(bars));
}

/** @param {NamedUsage[]} groups @param {UsageChoice} choice */
function showTable(groups, { by }) {
  const heads = [HEADS[by], 'Images', 'Results', 'Failed', 'Bytes in', 'Bytes out', 'Pixels in', 'Work'];
  const rows = groups.filter(({ figures }) => figures.images > 0);
  find('#usage-figures', HTMLElement).hidden = rows.length === 0;
  const lines = rows.map(({ name, figures }) => [
    element('th', { scope: 'row' }, name),
    ...cells(figures).map((text) => element('td', {}, text)),
  ]);
  find('#usage-table', HTMLTableElement).replaceChildren(...tableParts(heads, lines));
}

/** @param {UsageFiguresDto} figures */
function cells({ images, outputs, failed, source_bytes, result_bytes, source_pixels, processing_ms }) {
  return [
    ...[images, outputs, failed].map((count) => count.toLocaleString('en')),
    ...[size(source_bytes), size(result_bytes), megapixels(source_pixels)],
    `${(processing_ms / 1000).toLocaleString('en', { maximumFractionDigits: 1 })} s`,
  ];
}

/** @param {UsageFiguresDto} total */
function sentence({ images, outputs, failed, source_bytes, result_bytes }) {
  if (images === 0) return 'No images in these days.';
  const count = (/** @type {number} */ number, /** @type {string} */ one) =>
    `${number.toLocaleString('en')} ${one}${number === 1 ? '' : 's'}`;
  const lost = failed === 0 ? '' : `, ${failed.toLocaleString('en')} of them failed`;
  return `${count(images, 'image')} of ${size(source_bytes)}${lost}; ${count(outputs, 'result')} of ${size(result_bytes)}.`;
}

/** @param {number} moment */
function dayOf(moment) {
  return new Date(moment).toISOString().slice(0, 10);
}
