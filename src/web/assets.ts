import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Folders whose files are served beside each other: the pages' own, and other projects' libraries, where the build puts them. */
export const ASSET_FOLDERS = [join(import.meta.dirname, 'assets'), join(import.meta.dirname, '../../dist/libraries')];

/** Path that assets are served under; it changes with their contents, so that browsers may keep them for good. */
export const ASSETS_PATH = `/assets/${fingerprint()}/`;

/** Path of an asset. */
export function asset(name: string): string {
  return `${ASSETS_PATH}${name}`;
}

/** Names of the modules that a script module imports, itself included, so that browsers fetch them all at once. */
export function modulesOf(name: string): string[] {
  const found = new Set([name]);
  for (const module of found) {
    for (const [, imported = ''] of textOf(module).matchAll(/^(?:import|.*from) '\.\/([\w-]+\.js)';/gm))
      found.add(imported);
  }
  return [...found];
}

/** The text of an asset; libraries import nothing, and are there only once the service is built. */
function textOf(name: string): string {
  const path = ASSET_FOLDERS.map((folder) => join(folder, name)).find((one) => existsSync(one));
  return path ? readFileSync(path, 'utf8') : '';
}

function fingerprint(): string {
  const hash = createHash('sha256');
  for (const folder of ASSET_FOLDERS.filter((one) => existsSync(one))) {
    for (const name of readdirSync(folder).sort()) hash.update(name).update(readFileSync(join(folder, name)));
  }
  return hash.digest('hex').slice(0, 12);
}
