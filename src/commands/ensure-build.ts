import { execFileSync } from 'node:child_process';
import { existsSync, globSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/*
 * Builds the service before it runs, if that is needed. `npm start` asks whether the build is that of these sources. The
 * operator's commands pass `--any` and take the build that is there, since a service may be running from it: a new one
 * takes its files away first, and its children could not start. A build that has ended passes `--done`. Node.js runs this
 * file as it stands.
 */

const ROOT = join(import.meta.dirname, '../..');
/** Written when a build has ended. */
const MARK = join(ROOT, 'dist/built');
/** What a build is made from. */
const SOURCES = ['src/**', 'openapi/*.ts', 'package-lock.json', 'tsconfig*.json', 'nest-cli.json'];

function isNeeded(): boolean {
  if (!existsSync(MARK)) return true;
  if (process.argv.includes('--any')) return false;
  const { mtimeMs } = statSync(MARK);
  return globSync(SOURCES, { cwd: ROOT }).some((source) => statSync(join(ROOT, source)).mtimeMs > mtimeMs);
}

if (process.argv.includes('--done')) writeFileSync(MARK, '');
else if (isNeeded()) execFileSync('npm', ['run', '--silent', 'build'], { cwd: ROOT, stdio: 'inherit' });
