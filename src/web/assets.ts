import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const ASSETS_FOLDER = join(import.meta.dirname, 'assets');

/** Path that assets are served under; it changes with their contents, so that browsers may keep them for good. */
export const ASSETS_PATH = `/assets/${fingerprint()}/`;

/** Path of an asset. */
export function asset(name: string): string {
  return `${ASSETS_PATH}${name}`;
}

function fingerprint(): string {
  const hash = createHash('sha256');
  for (const name of readdirSync(ASSETS_FOLDER).sort())
    hash.update(name).update(readFileSync(join(ASSETS_FOLDER, name)));
  return hash.digest('hex').slice(0, 12);
}
