import { readFileSync } from 'node:fs';
import { serveParent } from '../../src/imaging/infrastructure/children/serve-parent.ts';

/** A child that reads headers and that each file makes do what it says: abort, spin, or answer. */
serveParent(async ({ path }: { path: string }) => {
  const order = readFileSync(path, 'latin1');
  if (order === 'abort') process.abort();
  while (order === 'spin');
  return { format: 'png', width: 1, height: 1, frames: 1 };
});
