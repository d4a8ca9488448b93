import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { operationTable } from './operation-table.ts';

// Writes openapi/openapi.json and the README's table of operations from the compiled service; with --check it compares
// instead, and fails on a difference.

const compiled = (name: string) => import(new URL(`../dist/${name}.js`, import.meta.url).href);
const { createHttpApplication }: typeof import('../src/http-application.ts') = await compiled('http-application');
const { loadSettings }: typeof import('../src/settings/load-settings.ts') = await compiled('settings/load-settings');
const { ApiDocument }: typeof import('../src/web/api-document.ts') = await compiled('web/api-document');
/** The table in the README: its head, and the lines that go on with a bar. */
const TABLE = /^\| operation +\|.*(?:\n\|.*)+/m;

async function openApi(): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), 'imagepro-openapi-'));
  const app = await createHttpApplication(loadSettings({ DATA_DIR: dataDir, LOG_LEVEL: 'silent' }));
  const document = `${JSON.stringify(app.get(ApiDocument).get(), null, 2)}\n`;
  await app.close();
  await rm(dataDir, { recursive: true });
  return document;
}

const written: Record<string, (present: string) => Promise<string>> = {
  'openapi/openapi.json': openApi,
  'README.md': async (present) => present.replace(TABLE, () => operationTable()),
};

for (const [name, made] of Object.entries(written)) {
  const path = join(import.meta.dirname, '..', name);
  const present = await readFile(path, 'utf8').catch(() => '');
  const content = await made(present);
  if (content === present) continue;
  if (!process.argv.includes('--check')) await writeFile(path, content);
  else {
    process.stderr.write(`${name} does not match the code: run "npm run openapi" and commit the result.\n`);
    process.exitCode = 1;
  }
}
