const OLDEST_NODE = 24;

// Checked before anything else is loaded: an older Node.js fails in words that nobody understands.
if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) {
  process.stderr.write(
    `Expected Node.js ${OLDEST_NODE} or newer, received ${process.version}. "npm start" brings its own.\n`,
  );
  process.exit(1);
}

const { serve } = await import('./commands/serve.ts');
await serve();
