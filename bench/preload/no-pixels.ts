import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ImageTransformer } from '../../src/imaging/application/ports.ts';

// Loaded before the service (`--import`): its transformer writes a few bytes and no pixels, so that what is left of a
// job is its coordination. The image processes start and stay idle.

const RESULT = Buffer.from('no pixels');
/** A download compares it. */
const SHA256 = createHash('sha256').update(RESULT).digest('hex');
const module = pathToFileURL(join(process.cwd(), 'dist/imaging/infrastructure/sharp-image-transformer.js'));
const { SharpImageTransformer } = (await import(module.href)) as { SharpImageTransformer: typeof ImageTransformer };

const transform: ImageTransformer['transform'] = async ({ pictures, facts }) => {
  const { width, height, format } = facts;
  const measured = { bytes: RESULT.length, sha256: SHA256, processingMs: 0 };
  const image = { width, height, format, quality: null, ...measured, warnings: [] };
  return Promise.all(pictures.map(({ target }) => writeFile(target, RESULT).then(() => ({ image }))));
};
SharpImageTransformer.prototype.transform = transform;
