import { html } from '@remix-run/html-template';

const SPANS = [
  [7, '7 days'],
  [30, '30 days'],
  [90, '90 days'],
  [400, '400 days'],
] as const;

const GROUPINGS = [
  ['day', 'day'],
  ['key', 'API key'],
  ['operation', 'operation'],
] as const;

/** What the account's images came to: a chart, the same as a table, and as a file for a spreadsheet. */
export const USAGE_BODY = html`<form id="usage-choice" class="choices">
<span><label for="usage-days">The last</label> <select id="usage-days" name="days">${SPANS.map(
  ([days, name]) => html`<option value="${days}"${days === 30 ? ' selected' : null}>${name}</option>`,
)}</select></span>
<span><label for="usage-by">by</label> <select id="usage-by" name="by">${GROUPINGS.map(
  ([by, name]) => html`<option value="${by}">${name}</option>`,
)}</select></span>
<button class="button quiet small" type="button" id="usage-export" disabled>Export as CSV</button>
</form>
<div aria-live="polite">
<p id="usage-total"></p>
<figure class="chart" id="usage-chart" hidden></figure>
</div>
<details id="usage-figures" hidden><summary>As a table</summary>
<div class="table" tabindex="0" role="region" aria-label="Usage in figures"><table id="usage-table"></table></div>
</details>
<p class="hint">Images count on the day, in UTC, on which their jobs ended, failed ones too. See the <a href="/api/documentation/#usage">guide</a>.</p>`;
