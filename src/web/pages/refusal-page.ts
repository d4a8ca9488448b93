import { html } from '@remix-run/html-template';
import type { Response } from 'express';
import type { ProblemDocument } from '../../shared/http/problem-document.ts';
import { PAGE_POLICY, page, prose } from './page.ts';

/** What a person reads whose browser has been refused a page; programs get the problem document. */
export function refusalPage(problem: ProblemDocument, response: Response): string {
  response.setHeader('Content-Type', 'text/html; charset=utf-8');
  response.setHeader('Content-Security-Policy', PAGE_POLICY);
  const { code, title, status, detail, request_id: requestId } = problem;
  return page({
    title,
    description: detail,
    path: '',
    body: html`<div class="narrow">
<p class="big-status" aria-hidden="true">${status}</p>
<h1>${title}</h1>
<p class="lede">${prose(detail)}.</p>
<p class="actions"><a class="button" href="/">Start page</a> <a class="button quiet" href="/problems/${code}/">What this means</a></p>
<p class="hint">Request <code>${requestId}</code></p>
</div>`,
  });
}
