import { ChildFailure } from '../children/child-failure.ts';
import type { TransformationRefusal } from '../sharp-job.ts';
import { measured } from './measured-file.ts';

/**
 * Refuses a file whose SHA-256, in hex, is not this one: a disk, a store or the way between has altered it, which says
 * nothing against the image. Null asks for none.
 * @throws ChildFailure
 */
export function assertBytes(path: string, sha256: string | null): void {
  if (sha256 === null) return;
  const { sha256: received } = measured(path);
  if (received === sha256) return;
  const message = `BytesAltered: Expected bytes with the SHA-256 ${sha256} for ${path}, received ${received}`;
  throw new ChildFailure('refused', message, 'processing_failed' satisfies TransformationRefusal);
}
