import { browserStore } from './browser-store.js';

/**
 * Results that this browser has fetched: the file, so that nothing is lost when the server erases it, and a small picture
 * of it. Older ones keep the small picture alone.
 * @typedef {{ file: Blob | null, small: Blob | null, at: number }} KeptResult
 */

const FILES = 10;
const SMALL_PICTURES = 60;

/** Longest side of a small picture, in pixels: twice what is shown, for sharp screens. */
const SMALL_SIDE = 160;

/** @type {ReturnType<typeof browserStore<KeptResult>>} */
const results = browserStore('results');

/** @param {string} id of the job @returns {Promise<KeptResult | undefined>} */
export const keptResult = (id) => results.get(id);

/** @param {string} id of the job */
export const dropResult = (id) => results.delete(id);

/** Keeps a result, and lets go of older ones. @param {string} id of the job @param {Blob} file */
export async function keepResult(id, file) {
  await results.set(id, { file, small: await smallPicture(file), at: Date.now() });
  const newestFirst = (await results.entries()).sort(([, a], [, b]) => b.at - a.at);
  for (const [key] of newestFirst.slice(SMALL_PICTURES)) await results.delete(key);
  for (const [key, kept] of newestFirst.slice(FILES, SMALL_PICTURES)) {
    if (kept.file) await results.set(key, { ...kept, file: null });
  }
}

/** @param {Blob} file @returns {Promise<Blob | null>} */
async function smallPicture(file) {
  try {
    const picture = await createImageBitmap(file);
    const scale = Math.min(1, SMALL_SIDE / Math.max(picture.width, picture.height));
    const canvas = document.createElement('canvas');
    canvas.width = Math.max(1, Math.round(picture.width * scale));
    canvas.height = Math.max(1, Math.round(picture.height * scale));
    canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve) => canvas.toBlob(resolve, 'image/webp', 0.8));
  } catch {
    // A format that this browser cannot show.
    return null;
  }
}
