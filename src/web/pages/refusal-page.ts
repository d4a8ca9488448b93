import { html } from '@remix-run/html-template';
import type { Response } from 'express';
import type { ProblemDocument } from '../../shared/http/problem-document.ts';
import { OF_REQUESTS } from '../problem-list.ts';
import { PAGE_POLICY, page, prose } from './page.ts';

/** What a person reads whose browser has been refused a page; programs get the problem document. */
export function refusalPage(
  { code, title, status, detail, request_id }: ProblemDocument,
  response: Response,
  offersRegistration: boolean,
): string {
  response.setHeader('Content-Type', 'text/html; charset=utf-8');
  response.setHeader('Content-Security-Policy', PAGE_POLICY);
  // The detail is for programs; what the problem's own page says is for people.
  const { meaning, remedy } = OF_REQUESTS.find((problem) => problem.code === code) ?? { meaning: detail, remedy: '' };
  return page({
    offersRegistration,
    title,
    description: meaning,
    path: '',
    body: html`<div class="narrow">
<p class="big-status" aria-hidden="true">${status}</p>
<h1>${title}</h1>
<p class="lede">${prose(meaning)} ${prose(remedy)}</p>
<p class="actions"><a class="button" href="/">Start page</a> <a class="button quiet" href="/problems/${code}/">What this means</a></p>
<p class="hint">Request <code>${request_id}</code></p>
</div>`,
  });
}
