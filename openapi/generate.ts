import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// Writes openapi/openapi.json from the compiled service; with --check it compares instead, and fails on a difference.

const compiled = (name: string) => import(new URL(`../dist/${name}.js`, import.meta.url).href);
const { createHttpApplication }: typeof import('../src/http-application.ts') = await compiled('http-application');
const { loadSettings }: typeof import('../src/settings/load-settings.ts') = await compiled('settings/load-settings');
const { ApiDocument }: typeof import('../src/web/documents/api-document.ts') =
  await compiled('web/documents/api-document');

const target = join(import.meta.dirname, 'openapi.json');
const dataDir = await mkdtemp(join(tmpdir(), 'imagepro-openapi-'));
const app = await createHttpApplication(loadSettings({ DATA_DIR: dataDir, LOG_LEVEL: 'silent' }));
const document = `${JSON.stringify(app.get(ApiDocument).get(), null, 2)}\n`;
await app.close();
await rm(dataDir, { recursive: true });

if (!process.argv.includes('--check')) {
  await writeFile(target, document);
} else if ((await readFile(target, 'utf8').catch(() => '')) !== document) {
  process.stderr.write('openapi/openapi.json does not match the code: run "npm run openapi" and commit the result.\n');
  process.exitCode = 1;
}
