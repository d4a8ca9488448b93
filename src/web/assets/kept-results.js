import { browserStore } from './browser-store.js';

/**
 * Results that this browser has fetched: the files, so that nothing is lost when the server erases them, and a small
 * picture of the first. Older ones keep the small picture alone.
 * @typedef {{ files: Record<string, Blob> | null, small: Blob | null, at: number }} KeptResult `files` by the name of the output
 */

/** Of so many jobs the files are kept. */
const JOBS = 10;
const SMALL_PICTURES = 60;

/** Longest side of a small picture, in pixels: twice what is shown, for sharp screens. */
const SMALL_SIDE = 160;

/** @type {ReturnType<typeof browserStore<KeptResult>>} */
const results = browserStore('results');

/** @param {string} id of the job @returns {Promise<KeptResult | undefined>} */
export const keptResult = (id) => results.get(id);

/** @param {string} id of the job */
export const dropResult = (id) => results.delete(id);

/** Keeps the results of a job, and lets go of older ones. @param {string} id @param {Record<string, Blob>} files */
export async function keepResult(id, files) {
  const [first] = Object.values(files);
  await results.set(id, { files, small: first ? await smallPicture(first) : null, at: Date.now() });
  const newestFirst = (await results.entries()).sort(([, a], [, b]) => b.at - a.at);
  for (const [key] of newestFirst.slice(SMALL_PICTURES)) await results.delete(key);
  for (const [key, kept] of newestFirst.slice(JOBS, SMALL_PICTURES)) {
    if (kept.files) await results.set(key, { ...kept, files: null });
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
