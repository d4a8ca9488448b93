import { html } from '@remix-run/html-template';
import { page } from '../pages/page.ts';

/** ReDoc styles its elements inline and searches in a worker made from a blob; nothing comes from another host. */
export const REDOC_POLICY =
  "default-src 'none'; script-src 'self'; worker-src blob:; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'";

/** The page that shows the OpenAPI document in ReDoc. */
export function redocPage(offersRegistration: boolean): string {
  return page({
    offersRegistration,
    title: 'ReDoc',
    description: 'Every route of ImagePro API, to read.',
    path: '/api/redoc/',
    styles: ['redoc.css'],
    library: 'redoc.js',
    scripts: ['redoc-page.js'],
    body: html`<div id="redoc"></div>
<noscript><p class="needs-script">ReDoc needs JavaScript. The <a href="/api/schema/">document</a> does not.</p></noscript>`,
  });
}
