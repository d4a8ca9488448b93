import { html, type SafeHtml } from '@remix-run/html-template';
import type { UsagePolicy } from '../../accounts/domain/usage-policy.ts';
import type { Settings } from '../../settings/settings.ts';

type Shown = (policy: UsagePolicy, throttle: Settings['throttle']) => string;

/** Counted by address, whoever calls. */
const SIGN_INS = 'Registrations and log-ins in any minute';

const ROWS: readonly (readonly [string | SafeHtml, Shown])[] = [
  ['Largest file', (policy) => size(policy.fileBytes)],
  ['Operations in a request', (policy) => String(policy.operations)],
  [html`<code>quality</code> of <code>compress</code>`, (policy) => `${policy.qualityMin}–${policy.qualityMax}`],
  ['Pixels of the original, all frames together', (policy) => pixels(policy.sourcePixels)],
  [
    'Output',
    (policy) => `each side up to ${policy.outputSide.toLocaleString('en')}, ${pixels(policy.outputPixels)} in all`,
  ],
  ['Requests in any minute', (policy) => policy.requestsPerMinute.toLocaleString('en')],
  [
    'Downloads in any minute',
    (policy, throttle) => (policy.requestsPerMinute * throttle.downloadsPerRequest).toLocaleString('en'),
  ],
  [SIGN_INS, (_policy, throttle) => String(throttle.signInPerMinute)],
  ['Jobs waiting or running', (policy) => String(policy.activeJobs)],
  ['Images in a month', (policy) => policy.imagesPerMonth?.toLocaleString('en') ?? 'no limit'],
  ['Bytes kept', (policy) => size(policy.keptBytes)],
  ['Download window, from completion', (policy) => duration(policy.downloadSeconds)],
  ['Window after the first download', (policy) => duration(policy.afterDownloadSeconds)],
];

/** What both kinds of caller may do, as this server is configured; who has no account is left out where they may do nothing. */
export function policyTable({
  policies,
  throttle,
  security,
}: Pick<Settings, 'policies' | 'throttle' | 'security'>): SafeHtml {
  const { anonymous, authenticated } = policies;
  const kinds = security.anonymous === 'on' ? [anonymous, authenticated] : [authenticated];
  const nameOf = (name: string | SafeHtml) =>
    name === SIGN_INS && security.registration === 'closed' ? 'Log-ins in any minute' : name;
  const row = ([name, shown]: (typeof ROWS)[number]) =>
    html`<tr><th scope="row">${nameOf(name)}</th>${kinds.map((policy) => html`<td>${shown(policy, throttle)}</td>`)}</tr>\n`;
  return html`<div class="table" tabindex="0" role="region" aria-label="Limits">
<table>
<thead><tr><th scope="col">Limit</th>${security.anonymous === 'on' ? html`<th scope="col">Without an account</th>` : null}<th scope="col">With an account</th></tr></thead>
<tbody>${ROWS.map(row)}</tbody>
</table>
</div>`;
}

/** Bytes in the largest unit that fits, e.g. `2 MiB`. */
export function size(bytes: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB'];
  const step = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  return `${Number((bytes / 1024 ** step).toFixed(1))} ${units[step]}`;
}

function pixels(count: number): string {
  return `${Number((count / 1e6).toFixed(1))} megapixels`;
}

/** A time in the largest unit that it is a whole number of, e.g. `10 minutes`. */
export function duration(seconds: number): string {
  const [unit, length] = seconds % 3600 === 0 ? ['hour', 3600] : seconds % 60 === 0 ? ['minute', 60] : ['second', 1];
  const count = seconds / Number(length);
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}
