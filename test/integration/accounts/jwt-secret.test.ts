import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { jwtSecret } from '../../../src/accounts/infrastructure/credentials/jwt-secret.ts';
import { loadSettings } from '../../../src/settings/load-settings.ts';
import { OperatorError } from '../../../src/shared/operator-error.ts';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'imagepro-test-'));
});
afterEach(() => rmSync(dataDir, { recursive: true }));

const secretOf = (env: NodeJS.ProcessEnv = {}) => jwtSecret(loadSettings({ DATA_DIR: dataDir, ...env }));

test('is made once, long enough, and readable by its owner alone', () => {
  const secret = secretOf();
  expect(Buffer.byteLength(secret)).toBeGreaterThanOrEqual(32);
  expect(secretOf()).toBe(secret);
  expect(statSync(join(dataDir, 'jwt-secret')).mode & 0o777).toBe(0o600);
});

test('the setting goes before the made one', () => {
  secretOf();
  expect(secretOf({ JWT_SECRET: 'a secret that is 32 bytes long..' })).toBe('a secret that is 32 bytes long..');
});

test.each(['', 'cut'])('a made one that holds only %j signs nothing', (content) => {
  writeFileSync(join(dataDir, 'jwt-secret'), content);
  expect(() => secretOf()).toThrow(OperatorError);
  expect(() => secretOf()).toThrow(/^Expected a secret of at least 32 bytes in .*jwt-secret, received \d bytes/);
});
