import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll } from 'vitest';
import type { Transformed, TransformedImage } from '../../src/imaging/application/ports.ts';
import { imageFormatOf, type SourceFormat } from '../../src/imaging/domain/image-format.ts';
import { outcomeOf } from '../../src/imaging/domain/outcome.ts';
import { SharpImageHeaderReader } from '../../src/imaging/infrastructure/sharp-image-header-reader.ts';
import {
  SharpImageTransformer,
  type SharpImageTransformerSettings,
} from '../../src/imaging/infrastructure/sharp-image-transformer.ts';
import type { Operation } from '../../src/imaging/operations/operations.ts';
import { POLICIES } from './callers.ts';
import type { Pixels } from './pictures.ts';

/** The header reader and the transformer as the service uses them, on files of a folder of their own. */
export interface Engine {
  readonly headers: SharpImageHeaderReader;
  readonly transformer: SharpImageTransformer;
  /** Children that ended and were not meant to. */
  readonly losses: string[];
  readonly plans: string[];
  /** Writes bytes to a file of the folder. */
  store(bytes: Uint8Array): Promise<string>;
  /** What the service does with an upload: header, operations, result. */
  process(bytes: Uint8Array, operations: readonly Operation[], terms?: Terms): Promise<Processed>;
}

/** Terms of one job that a test may set. */
export interface Terms {
  readonly deadlineSeconds?: number;
  readonly frames?: number;
}

/** A result, and the path of its file. */
export interface Processed extends TransformedImage {
  readonly path: string;
  readonly plan: string | undefined;
}

/** An engine that stands from before the first test of the file until after the last. */
export function useEngine(settings: Partial<SharpImageTransformerSettings> = {}): Engine {
  let folder: string;
  let files = 0;
  const losses: string[] = [];
  const plans: string[] = [];
  const onLoss = ({ end }: { end: string }) => losses.push(end);
  const headers = new SharpImageHeaderReader({ onLoss });
  const transformer = new SharpImageTransformer({
    concurrency: 2,
    onLoss,
    onPlan: (line) => plans.push(line),
    ...settings,
  });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'engine-'));
    await Promise.all([headers.start(), transformer.start()]);
  }, 60_000);

  afterAll(async () => {
    await Promise.all([headers.stop(), transformer.stop()]);
    await rm(folder, { recursive: true });
  });

  const newPath = () => {
    files += 1;
    return join(folder, String(files));
  };

  return {
    headers,
    transformer,
    losses,
    plans,
    async store(bytes) {
      const path = newPath();
      await writeFile(path, bytes);
      return path;
    },
    async process(bytes, operations, { deadlineSeconds = 60, frames } = {}) {
      const source = await this.store(bytes);
      const target = newPath();
      const facts = await headers.read(source, imageFormatOf(bytes) as SourceFormat, 'picture');
      const foretold = outcomeOf(facts, operations, POLICIES.authenticated);
      const outcome = { ...foretold, frames: frames ?? foretold.frames };
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      const pictures = [{ target, operations, outcome }];
      const [made] = await transformer.transform({ source, sha256, facts, pictures, deadlineSeconds });
      return { ...imageOf(made), path: target, plan: plans.at(-1) };
    },
  };
}

/** The picture that came out. @throws the failure of one that did not */
export function imageOf(made: Transformed | undefined): TransformedImage {
  if (!made) throw new Error('Nothing was made');
  if ('failure' in made) throw made.failure;
  return made.image;
}

/** The pixels of a file, in as many channels as it has; frames stand one below the other. */
export async function pixelsOfFile(path: string): Promise<Pixels> {
  const { data, info } = await sharp(path, { pages: -1, limitInputPixels: false })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels: info.channels as Pixels['channels'] };
}
