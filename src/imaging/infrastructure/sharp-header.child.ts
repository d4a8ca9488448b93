import sharp from './guarded-sharp.ts';
import { serveParent, WorkFailure } from './serve-parent.ts';
import type { HeaderFacts, HeaderJob } from './sharp-image-header-reader.ts';

serveParent(async ({ path }: HeaderJob): Promise<HeaderFacts> => {
  try {
    // Nothing is decoded here, so that an image of any size can be refused with its true size.
    const { format, pages, autoOrient } = await sharp(path, { limitInputPixels: false }).metadata();
    return { format, width: autoOrient.width, height: autoOrient.height, frames: pages ?? 1 };
  } catch (error) {
    throw new WorkFailure('unreadable', (error as Error).message);
  }
});
