import type { SourceFormat } from '../../domain/image-format.ts';
import { withoutPadding } from './jpeg-padding.ts';
import { mendedJpeg } from './mended-jpeg.ts';
import { mendedPng } from './mended-png.ts';
import { mendedWebp } from './mended-webp.ts';

/** Null where nothing can be set right. */
type Mend = (file: Buffer, complaint: string) => Buffer | null | Promise<Buffer | null>;

/** A file without what a decoder has complained of, though every pixel may be there. */
export const MENDED_FILE: Record<SourceFormat, Mend> = {
  jpg: (file, complaint) => mendedJpeg(file) ?? withoutPadding(file, complaint),
  png: mendedPng,
  webp: mendedWebp,
};
