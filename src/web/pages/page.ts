import { html, type SafeHtml } from '@remix-run/html-template';
import { asset, modulesOf } from '../assets.ts';
import { siteFooter, siteHeader } from './site-frame.ts';

/** Content-Security-Policy of this service's own pages: nothing inline, nothing from another host. */
export const PAGE_POLICY =
  "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' blob: data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

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
  /** Whether it leads to the registration; a closed one is not offered. */
  readonly offersRegistration: boolean;
  /** A library of another project that draws the content in its own styles, over the whole width. */
  readonly library?: string;
}

/** Text with its `code` marked up. */
export function prose(text: string): SafeHtml {
  return html`${text.split('`').map((part, at) => (at % 2 ? html`<code>${part}</code>` : part))}`;
}

/** A page in the service's dress. */
export function page({
  title,
  description,
  path,
  body,
  library,
  offersRegistration,
  scripts = [],
  styles = [],
}: PageParts): string {
  const sheets = ['tokens.css', 'frame.css', ...(library ? [] : ['pages.css', 'code.css']), ...styles];
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
${library ? html`<script defer src="${asset(library)}"></script>\n` : null}
${modules.map((name) => html`<script type="module" src="${asset(name)}"></script>\n`)}
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
${siteHeader(path, offersRegistration)}
<main id="content" tabindex="-1"${library ? html` class="whole"` : null}>
${body}
</main>
${siteFooter()}
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
