import { html } from '@remix-run/html-template';
import { page } from '../pages/page.ts';

/** Swagger UI styles its elements inline and shows downloads from blobs; nothing comes from another host. */
export const SWAGGER_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' blob: data:; media-src blob:; font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/** The page that shows the OpenAPI document in Swagger UI. */
export function swaggerPage(offersRegistration: boolean): string {
  return page({
    offersRegistration,
    title: 'Swagger UI',
    description: 'Every route of ImagePro API, to try out.',
    path: '/api/docs/',
    styles: ['swagger-ui.css', 'swagger.css'],
    library: 'swagger-ui.js',
    scripts: ['swagger-page.js'],
    body: html`<div id="swagger-ui"></div>
<noscript><p class="needs-script">Swagger UI needs JavaScript. The <a href="/api/schema/">document</a> does not.</p></noscript>`,
  });
}
