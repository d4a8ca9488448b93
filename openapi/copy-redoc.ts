import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

// Puts ReDoc's bundle beside the compiled service, so that production needs no ReDoc package.

const from = join(import.meta.dirname, '../node_modules/redoc/bundles');
const to = join(import.meta.dirname, '../dist/redoc');
const name = 'redoc.standalone.js';

/** ReDoc asks its maker's host for a logo; an empty picture makes it show none. */
const LOGO = 'https://cdn.redoc.ly/redoc/logo-mini.svg';

const bundle = await readFile(join(from, name), 'utf8');
if (!bundle.includes(LOGO))
  throw new Error(`Expected ${LOGO} in ${name}: see where this version of ReDoc loads it from`);
await mkdir(to, { recursive: true });
await writeFile(join(to, name), bundle.replaceAll(LOGO, 'data:,'));
await copyFile(join(from, `${name}.LICENSE.txt`), join(to, `${name}.LICENSE.txt`));
