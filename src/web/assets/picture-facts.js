/**
 * What can be told of a picture before it is sent. Width and height are those a person sees; null where the browser
 * cannot decode it.
 * @typedef {{ format: 'jpg' | 'png' | 'webp' | null, width: number | null, height: number | null, frames: number, bytes: number }} PictureFacts
 */

/**
 * @param {File} file
 * @param {string} address of the file, for an image element
 * @returns {Promise<PictureFacts>}
 */
export async function factsOf(file, address) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const format = formatOf(bytes);
  const shown = new Image();
  shown.src = address;
  const decoded = await shown.decode().then(
    () => true,
    () => false,
  );
  return {
    format,
    width: decoded ? shown.naturalWidth : null,
    height: decoded ? shown.naturalHeight : null,
    frames: format === 'webp' ? framesOf(bytes) : 1,
    bytes: file.size,
  };
}

/** The format by the first bytes of a file, as the server tells it. @param {Uint8Array} bytes */
export function formatOf(bytes) {
  const text = (/** @type {number} */ from, /** @type {number} */ to) =>
    String.fromCharCode(...bytes.subarray(from, to));
  if (text(0, 3) === '\xff\xd8\xff') return 'jpg';
  if (text(0, 8) === '\x89PNG\r\n\x1a\n') return 'png';
  if (text(0, 4) === 'RIFF' && text(8, 12) === 'WEBP') return 'webp';
  return null;
}

/** Frames of a WebP: one chunk `ANMF` each, or a still picture. @param {Uint8Array} bytes */
function framesOf(bytes) {
  const view = new DataView(bytes.buffer);
  let frames = 0;
  for (let at = 12; at + 8 <= bytes.length; ) {
    if (String.fromCharCode(...bytes.subarray(at, at + 4)) === 'ANMF') frames += 1;
    const length = view.getUint32(at + 4, true);
    at += 8 + length + (length % 2);
  }
  return Math.max(1, frames);
}
