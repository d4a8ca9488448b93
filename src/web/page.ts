import { asset } from './assets.ts';

/** Content-Security-Policy of this service's own pages: nothing inline, nothing from another host. */
export const PAGE_POLICY =
  "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' blob: data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/** Text as HTML shows it. */
export function escaped(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] as string);
}

/** Text with its `code` marked up. */
export function prose(text: string): string {
  return escaped(text).replaceAll(/`([^`]+)`/g, '<code>$1</code>');
}

/** A page in the service's dress; `body` is HTML. */
export function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)} – ImagePro API</title>
<link rel="stylesheet" href="${asset('pages.css')}">
<link rel="icon" href="${asset('icon.svg')}" type="image/svg+xml">
</head>
<body>
<header><nav aria-label="Main"><a href="/"><strong>ImagePro API</strong></a> <a href="/playground/">Playground</a> <a href="/api/documentation/">Guide</a> <a href="/api/docs/">Swagger UI</a> <a href="/api/redoc/">ReDoc</a></nav></header>
<main>
<h1>${escaped(title)}</h1>
${body}
</main>
</body>
</html>
`;
}
