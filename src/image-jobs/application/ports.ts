import type { ImageFacts } from '../domain/image-facts.ts';
import type { ImageFormat } from '../domain/image-format.ts';

/** Reads the header of an image, without decoding its pixels. */
export abstract class ImageHeaderReader {
  /**
   * Facts of the file at `path`, which begins like a `format`: size after EXIF orientation, and frames.
   * @throws unreadable_image
   */
  abstract read(path: string, format: ImageFormat): Promise<ImageFacts>;
}
