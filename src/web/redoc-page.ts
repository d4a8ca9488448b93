/** ReDoc styles its elements inline and searches in a worker made from a blob; nothing comes from another host. */
export const REDOC_POLICY =
  "default-src 'none'; script-src 'self'; worker-src blob:; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'";

/** The page that shows the OpenAPI document in ReDoc. */
export function redocPage(): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>ReDoc – ImagePro API</title>
<link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
</head>
<body>
<redoc spec-url="/api/schema/" disable-google-font hide-download-button="false"></redoc>
<script src="/assets/redoc.standalone.js"></script>
</body>
</html>
`;
}
