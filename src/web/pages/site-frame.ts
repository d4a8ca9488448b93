import { html, type SafeHtml } from '@remix-run/html-template';
import { asset } from '../assets.ts';

/** Where the pages lead, in the order of the header. */
const PLACES = [
  ['/playground/', 'Playground'],
  ['/api/documentation/', 'Guide'],
  ['/api/docs/', 'Swagger UI'],
  ['/api/redoc/', 'ReDoc'],
] as const;

/** The header of every page; `path` is the page's own, to mark it among the links. A registration that is closed is not among them. */
export function siteHeader(path: string, offersRegistration: boolean): SafeHtml {
  const current = (href: string) => (href === path ? html` aria-current="page"` : null);
  return html`<header class="site-header">
<nav aria-label="Main">
<a class="brand" href="/"${current('/')}><img src="${asset('icon.svg')}" alt="" width="28" height="28">ImagePro API</a>
<ul class="places">
${PLACES.map(([href, text]) => html`<li><a href="${href}"${current(href)}>${text}</a></li>\n`)}
</ul>
<ul class="visitor" id="visitor">
<li><a href="/login/"${current('/login/')}>Log in</a></li>
${
  offersRegistration
    ? html`<li><a class="button small" href="/register/"${current('/register/')}>Register</a></li>
`
    : null
}</ul>
</nav>
</header>`;
}

/** The footer of every page. */
export function siteFooter(): SafeHtml {
  return html`<footer class="site-footer">
<ul>
<li><a href="/api/schema/">OpenAPI document</a></li>
<li><a href="/api/schema/?format=yaml">as YAML</a></li>
<li><a href="/problems/">Error codes</a></li>
<li><a href="/api/limits/">Your limits</a></li>
<li><a href="/health/ready">Health</a></li>
</ul>
<p>Nothing on these pages comes from another host.</p>
</footer>`;
}
