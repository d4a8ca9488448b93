import { html } from '@remix-run/html-template';
import { GROUPINGS, type Grouping } from '../../usage/application/ports.ts';
import { DEFAULT_DAYS, KEPT_DAYS } from '../../usage/domain/usage-entry.ts';

const SPANS = [7, DEFAULT_DAYS, 90, KEPT_DAYS];

const NAMES: Readonly<Record<Grouping, string>> = { day: 'day', key: 'API key', operation: 'operation' };

/** What the account's images came to: a chart, the same as a table, and as a file for a spreadsheet. */
export const USAGE_BODY = html`<form id="usage-choice" class="choices">
<span><label for="usage-days">The last</label> <select id="usage-days" name="days">${SPANS.map(
  (days) => html`<option value="${days}"${days === DEFAULT_DAYS ? ' selected' : null}>${days} days</option>`,
)}</select></span>
<span><label for="usage-by">by</label> <select id="usage-by" name="by">${GROUPINGS.map(
  (by) => html`<option value="${by}">${NAMES[by]}</option>`,
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
