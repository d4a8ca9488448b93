import { html, type SafeHtml } from '@remix-run/html-template';
import { FAULT_MEANINGS, type Problem } from '../../shared/application-error.ts';
import { statusOf } from '../../shared/http/http-problems.ts';
import { requestProblems } from '../../shared/problems.ts';
import { page, prose } from './page.ts';

/** Every problem, in two lists. */
export function problemIndexPage(
  ofRequests: readonly Problem[],
  ofJobs: readonly Problem[],
  offersRegistration: boolean,
): string {
  return page({
    offersRegistration,
    title: 'Error codes',
    description: 'Every error code of ImagePro API, what it means, and how to get past it.',
    path: '/problems/',
    styles: ['problems.css'],
    body: html`<article class="problems">
<h1>Error codes</h1>
<p class="lede">Errors are problem documents (RFC 9457) with a stable <code>code</code>; the <code>type</code> of each leads to its page here.</p>
<h2>Answers to requests</h2>
${problemList(byStatus(ofRequests))}
<h2>Why jobs fail</h2>
<p>In the <code>error</code> of a failed job.</p>
${problemList(ofJobs, true)}
</article>`,
  });
}

/** One problem, explained. */
export function problemPage(problem: Problem, ofJobs: boolean, offersRegistration: boolean): string {
  const where = ofJobs ? html`in the <code>error</code> of a failed job` : `HTTP ${statusOf(problem)}`;
  return page({
    offersRegistration,
    title: problem.title,
    description: problem.meaning,
    path: `/problems/${problem.code}/`,
    body: html`<article class="reading">
<p class="eyebrow"><code>${problem.code}</code> · ${where}</p>
<h1>${problem.title}</h1>
<h2>What happened</h2>
<p>${prose(problem.meaning)}</p>
<h2>How to get past it</h2>
<p>${prose(problem.remedy)}</p>
${problem === requestProblems.validationFailed ? faultList() : null}
<p><a href="/problems/">All error codes</a> · <a href="/api/documentation/#errors">Errors in the guide</a></p>
</article>`,
  });
}

/** The codes of one field's fault, within `errors`. */
function faultList(): SafeHtml {
  const row = ([code, meaning]: [string, string]) => html`<tr><td><code>${code}</code></td><td>${meaning}</td></tr>\n`;
  return html`<h2>Codes within <code>errors</code></h2>
<div class="table" tabindex="0" role="region" aria-label="Codes within errors"><table>
<thead><tr><th scope="col">Code</th><th scope="col">Of a value</th></tr></thead>
<tbody>${Object.entries(FAULT_MEANINGS).map(row)}</tbody></table></div>`;
}

function problemList(problems: readonly Problem[], ofJobs = false): SafeHtml {
  return html`<ul class="problem-list">
${problems.map(
  (problem) => html`<li>
<p class="problem-code"><a href="/problems/${problem.code}/"><code>${problem.code}</code></a>${ofJobs ? null : html` <span class="hint">HTTP ${statusOf(problem)}</span>`}</p>
<div><h3>${problem.title}</h3><p>${prose(problem.meaning)}</p></div>
<p class="problem-remedy">${prose(problem.remedy)}</p>
</li>\n`,
)}</ul>`;
}

function byStatus(problems: readonly Problem[]): Problem[] {
  return problems.toSorted((a, b) => statusOf(a) - statusOf(b));
}

/** Codes with their titles, and with the statuses of answers. */
export function problemTable(problems: readonly Problem[], ofJobs = false): SafeHtml {
  const row = (problem: Problem) =>
    html`<tr><td><a href="/problems/${problem.code}/"><code>${problem.code}</code></a></td>${ofJobs ? null : html`<td>${statusOf(problem)}</td>`}<td>${problem.title}</td></tr>\n`;
  const sorted = ofJobs ? problems : byStatus(problems);
  return html`<div class="table" tabindex="0" role="region" aria-label="${ofJobs ? 'Codes of failed jobs' : 'Codes of answers'}"><table>
<thead><tr><th scope="col">Code</th>${ofJobs ? null : html`<th scope="col">Status</th>`}<th scope="col">Meaning</th></tr></thead>
<tbody>${sorted.map(row)}</tbody></table></div>`;
}
