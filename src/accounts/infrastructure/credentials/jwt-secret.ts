import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { OperatorError } from '../../../shared/operator-error.ts';
import type { StorageSettings } from '../../../shared/storage.settings.ts';
import type { SecuritySettings } from '../accounts.settings.ts';

/** HS256 wants a key as long as its hash. */
const SECRET_BYTES = 32;

/** What says where the secret is. */
interface SecretSettings {
  readonly security: SecuritySettings;
  readonly storage: StorageSettings;
}

/** The key that signs tokens: the setting, or one made once and kept in the data folder, readable by its owner alone. */
export function jwtSecret({ security, storage }: SecretSettings): string {
  if (security.jwtSecret !== null) return security.jwtSecret;
  const { dataDir } = storage;
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const path = join(dataDir, 'jwt-secret');
  try {
    return longEnough(readFileSync(path, 'utf8'), path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return madeSecret(path);
  }
}

/** A file that was cut must not sign tokens. */
function longEnough(secret: string, path: string): string {
  if (Buffer.byteLength(secret) >= SECRET_BYTES) return secret;
  throw new OperatorError(
    `Expected a secret of at least ${SECRET_BYTES} bytes in ${path}, received ${Buffer.byteLength(secret)} bytes. Remove the file to have a new one made; every session ends.`,
  );
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
