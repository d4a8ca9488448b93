import { asset } from '../assets.ts';

/** ReDoc styles its elements inline and searches in a worker made from a blob; nothing comes from another host. */
export const REDOC_POLICY =
  "default-src 'none'; script-src 'self'; worker-src blob:; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'";

const THEME = escapedAttribute({
  colors: { primary: { main: '#4a3aff' } },
  typography: { fontFamily: 'system-ui, sans-serif', headings: { fontFamily: 'system-ui, sans-serif' } },
});

/** The page that shows the OpenAPI document in ReDoc. */
export function redocPage(): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>ReDoc – ImagePro API</title>
<link rel="icon" href="${asset('icon.svg')}" type="image/svg+xml">
${['tokens.css', 'document-links.css', 'redoc.css'].map((name) => `<link rel="stylesheet" href="${asset(name)}">`).join('')}
</head>
<body>
<nav class="page-links" aria-label="Main"><a href="/">ImagePro API</a> <a href="/playground/">Playground</a> <a href="/api/documentation/">Guide</a> <a href="/api/docs/">Swagger UI</a> <a href="/api/redoc/" aria-current="page">ReDoc</a> <a href="/account/">Account</a></nav>
<redoc spec-url="/api/schema/" disable-google-font hide-download-button="false" theme="${THEME}"></redoc>
<script src="${asset('redoc.standalone.js')}"></script>
</body>
</html>
`;
}

function escapedAttribute(value: object): string {
  return JSON.stringify(value).replaceAll('"', '&quot;');
}
