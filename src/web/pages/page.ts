import { html, type SafeHtml } from '@remix-run/html-template';
import { asset, modulesOf } from '../assets.ts';

/** Content-Security-Policy of this service's own pages: nothing inline, nothing from another host. */
export const PAGE_POLICY =
  "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' blob: data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/** Where the pages lead, in the order of the header. */
const PLACES = [
  ['/playground/', 'Playground'],
  ['/api/documentation/', 'Guide'],
  ['/api/docs/', 'Swagger UI'],
  ['/api/redoc/', 'ReDoc'],
] as const;

/** What a page consists of. */
export interface PageParts {
  /** Title of the browser's window, without the product's name. */
  readonly title: string;
  readonly description: string;
  /** Path of the page, to mark it among the links. */
  readonly path: string;
  readonly body: SafeHtml;
  /** Script modules of this page alone, among the assets. */
  readonly scripts?: readonly string[];
  /** Style sheets of this page alone, among the assets. */
  readonly styles?: readonly string[];
}

/** Text with its `code` marked up. */
export function prose(text: string): SafeHtml {
  return html`${text.split('`').map((part, at) => (at % 2 ? html`<code>${part}</code>` : part))}`;
}

/** A page in the service's dress. */
export function page({ title, description, path, body, scripts = [], styles = [] }: PageParts): string {
  const sheets = ['tokens.css', 'pages.css', ...styles];
  const modules = ['site.js', ...scripts];
  const imported = new Set(modules.flatMap(preloadsOf));
  const document = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} – ImagePro API</title>
<meta name="description" content="${description}">
<meta name="theme-color" media="(prefers-color-scheme: light)" content="#fafaf7">
<meta name="theme-color" media="(prefers-color-scheme: dark)" content="#0f1117">
<link rel="icon" href="${asset('icon.svg')}" type="image/svg+xml">
${sheets.map((name) => html`<link rel="stylesheet" href="${asset(name)}">\n`)}
${[...imported].map((name) => html`<link rel="modulepreload" href="${asset(name)}">\n`)}
${modules.map((name) => html`<script type="module" src="${asset(name)}"></script>\n`)}
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header class="site-header">
<nav aria-label="Main">
<a class="brand" href="/"${current('/', path)}><img src="${asset('icon.svg')}" alt="" width="28" height="28">ImagePro API</a>
<ul class="places">
${PLACES.map(([href, text]) => html`<li><a href="${href}"${current(href, path)}>${text}</a></li>\n`)}
</ul>
<ul class="visitor" id="visitor">
<li><a href="/login/"${current('/login/', path)}>Log in</a></li>
<li><a class="button small" href="/register/"${current('/register/', path)}>Register</a></li>
</ul>
</nav>
</header>
<main id="content" tabindex="-1">
${body}
</main>
<footer class="site-footer">
<ul>
<li><a href="/api/schema/">OpenAPI document</a></li>
<li><a href="/api/schema/?format=yaml">as YAML</a></li>
<li><a href="/problems/">Error codes</a></li>
<li><a href="/api/limits/">Your limits</a></li>
<li><a href="/health/ready">Health</a></li>
</ul>
<p>Nothing on these pages comes from another host.</p>
</footer>
</body>
</html>
`;
  return String(document);
}

const preloads = new Map<string, string[]>();

/** Read once: assets do not change while the service runs. */
function preloadsOf(script: string): string[] {
  const known = preloads.get(script) ?? modulesOf(script);
  preloads.set(script, known);
  return known;
}

function current(href: string, path: string): SafeHtml | null {
  return href === path ? html` aria-current="page"` : null;
}
