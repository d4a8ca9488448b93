import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

// Puts what browsers need of other projects beside the compiled service, so that production needs none of the packages.

const to = join(import.meta.dirname, '../dist/libraries');

/** What the pages need otherwise of ReDoc than it comes. */
const REDOC_CHANGES = {
  // It asks its maker's host for a logo; an empty picture makes it show none.
  'https://cdn.redoc.ly/redoc/logo-mini.svg': 'data:,',
  // Patterns have a fixed colour that is too dark on a dark page.
  'color: #0e7c86': 'color: light-dark(#0e7c86, #5cc8d2)',
};

/** Names under which the pages ask for them, and where they come from. */
const FILES = {
  'redoc.js': 'redoc/bundles/redoc.standalone.js',
  'redoc.LICENSE.txt': 'redoc/bundles/redoc.standalone.js.LICENSE.txt',
  'swagger-ui.js': 'swagger-ui-dist/swagger-ui-bundle.js',
  'swagger-ui.css': 'swagger-ui-dist/swagger-ui.css',
  'swagger-ui.LICENSE.txt': 'swagger-ui-dist/swagger-ui-bundle.js.LICENSE.txt',
  'highlight.js': '@highlightjs/cdn-assets/es/core.min.js',
  'highlight-bash.js': '@highlightjs/cdn-assets/es/languages/bash.min.js',
  'highlight-http.js': '@highlightjs/cdn-assets/es/languages/http.min.js',
  'highlight-javascript.js': '@highlightjs/cdn-assets/es/languages/javascript.min.js',
  'highlight-json.js': '@highlightjs/cdn-assets/es/languages/json.min.js',
  'highlight-python.js': '@highlightjs/cdn-assets/es/languages/python.min.js',
  'idb-keyval.js': 'idb-keyval/dist/index.js',
};

await mkdir(to, { recursive: true });
for (const [name, path] of Object.entries(FILES)) {
  await copyFile(join(import.meta.dirname, '../node_modules', path), join(to, name));
}

let redoc = await readFile(join(to, 'redoc.js'), 'utf8');
for (const [from, instead] of Object.entries(REDOC_CHANGES)) {
  if (!redoc.includes(from))
    throw new Error(`Expected ${from} in redoc.js: see what this version of ReDoc has in its place`);
  redoc = redoc.replaceAll(from, instead);
}
await writeFile(join(to, 'redoc.js'), redoc);
