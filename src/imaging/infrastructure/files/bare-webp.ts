import { chunksWithin, type WebpChunk, webpChunk, webpChunksOf, webpFile } from './webp-chunks.ts';

/** What the first byte of VP8X says of the file: transparency, and animation. The other bits tell of metadata. */
const ALPHA = 0x10;
const ANIMATION = 0x02;
const CANVAS_BYTES = 10;
/** Place, size, time and blending of a frame stand before its chunks. */
const FRAME_HEAD_BYTES = 16;
const PIXELS = ['VP8 ', 'VP8L'];

/**
 * A WebP's coded picture and nothing beside it: of a still one its canvas, transparency and pixels, of an animation its
 * canvas and frames, each with its own. Null where the file has none.
 */
export function bareWebp(file: Buffer): Buffer | null {
  const chunks = [...webpChunksOf(file)];
  const canvas = chunks.find(({ type }) => type === 'VP8X')?.data;
  const flags = canvas ? (canvas[0] as number) & (ALPHA | ANIMATION) : 0;
  const picture = flags & ANIMATION ? framesOf(chunks) : pixelsOf(chunks);
  if (picture.length === 0 || (canvas && canvas.length < CANVAS_BYTES)) return null;
  const bareCanvas = canvas && Buffer.concat([Buffer.of(flags, 0, 0, 0), canvas.subarray(4, CANVAS_BYTES)]);
  return webpFile([...(bareCanvas ? [webpChunk('VP8X', bareCanvas)] : []), ...picture]);
}

/** The first pixels, and the transparency that stands before them where they have none of their own. */
function pixelsOf(chunks: readonly WebpChunk[]): Buffer[] {
  const pixels = chunks.findIndex(({ type }) => PIXELS.includes(type));
  const alpha = chunks.slice(0, Math.max(0, pixels)).find(({ type }) => type === 'ALPH');
  return [alpha, chunks[pixels]].flatMap((chunk) => (chunk ? [webpChunk(chunk.type, chunk.data)] : []));
}

function framesOf(chunks: readonly WebpChunk[]): Buffer[] {
  return chunks.flatMap(({ type, data }) => {
    if (type === 'ANIM') return [webpChunk(type, data)];
    if (type !== 'ANMF') return [];
    const head = data.subarray(0, FRAME_HEAD_BYTES);
    const pixels = pixelsOf([...chunksWithin(data.subarray(FRAME_HEAD_BYTES))]);
    return [webpChunk(type, Buffer.concat([head, ...pixels]))];
  });
}
