import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { ChildFailure } from '../child-failure.ts';

/** Read at once; small enough to stay in the processor's caches. */
const READ_BYTES = 256 * 1024;
/** The one buffer for all: a child does one job at a time. */
const buffer = Buffer.allocUnsafeSlow(READ_BYTES);

/**
 * Refuses a file whose SHA-256, in hex, is not this one: a disk, a store or the way between has altered it, which says
 * nothing against the image. Null asks for none.
 * @throws ChildFailure
 */
export function assertBytes(path: string, sha256: string | null): void {
  if (sha256 === null) return;
  const received = sha256Of(path);
  if (received === sha256) return;
  const message = `BytesAltered: Expected bytes with the SHA-256 ${sha256} for ${path}, received ${received}`;
  throw new ChildFailure('refused', message, 'processing_failed');
}

function sha256Of(path: string): string {
  const hash = createHash('sha256');
  const file = openSync(path, 'r');
  try {
    for (let bytes = readSync(file, buffer); bytes > 0; bytes = readSync(file, buffer)) {
      hash.update(buffer.subarray(0, bytes));
    }
  } finally {
    closeSync(file);
  }
  return hash.digest('hex');
}
