import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

// Puts what browsers need of other projects beside the compiled service, so that production needs none of the packages.

const to = join(import.meta.dirname, '../dist/libraries');

/** ReDoc asks its maker's host for a logo; an empty picture makes it show none. */
const LOGO = 'https://cdn.redoc.ly/redoc/logo-mini.svg';

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

const redoc = await readFile(join(to, 'redoc.js'), 'utf8');
if (!redoc.includes(LOGO))
  throw new Error(`Expected ${LOGO} in redoc.js: see where this version of ReDoc loads it from`);
await writeFile(join(to, 'redoc.js'), redoc.replaceAll(LOGO, 'data:,'));
