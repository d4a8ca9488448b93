import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Settings } from '../../settings.ts';

/** The key that signs tokens: the setting, or one made once and kept in the data folder, readable by its owner alone. */
export function jwtSecret({ security, storage }: Settings): string {
  if (security.jwtSecret !== null) return security.jwtSecret;
  mkdirSync(storage.dataDir, { recursive: true, mode: 0o700 });
  const path = join(storage.dataDir, 'jwt-secret');
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return madeSecret(path);
  }
}

/** Of two processes that start at once one links its file in place, whole; both read that one. */
function madeSecret(path: string): string {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, randomBytes(48).toString('base64url'), { mode: 0o600, flush: true });
  try {
    linkSync(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft);
  }
  return readFileSync(path, 'utf8');
}
