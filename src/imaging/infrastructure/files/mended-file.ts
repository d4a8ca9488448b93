import type { SourceFormat } from '../../domain/image-format.ts';
import { withoutPadding } from './jpeg-padding.ts';
import { mendedJpeg } from './mended-jpeg.ts';

/** A file without what a decoder has complained of, though every pixel may be there; null where nothing can be set right. */
export function mendedFile(file: Buffer, format: SourceFormat, complaint: string): Buffer | null {
  return format === 'jpg' ? (mendedJpeg(file) ?? withoutPadding(file, complaint)) : null;
}
