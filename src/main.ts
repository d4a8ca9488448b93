import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

const OLDEST_NODE = 24;

// Checked before anything else is loaded: an older Node.js fails in words that nobody understands.
if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) {
  process.stderr.write(
    `Expected Node.js ${OLDEST_NODE} or newer, received ${process.version}. "npm start" brings its own.\n`,
  );
  process.exit(1);
}

// Beside the code, and not in the folder for temporary files, where others could put theirs. Compiling 3,000 files takes
// a sixth of a start; where this folder cannot be written to, it takes it each time.
enableCompileCache(join(import.meta.dirname, '../node_modules/.cache/imagepro'));
const { serve } = await import('./commands/serve.ts');
await serve();
