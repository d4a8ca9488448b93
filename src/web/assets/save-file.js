import { element } from './dom.js';

/** @import { ImageDto } from '../../image-jobs/infrastructure/http/image.dto.ts' */

/** A file's name without its extension. @param {string} name */
export function stemOf(name) {
  return name.replace(/\.[^.]*$/, '') || 'image';
}

/** The original's name with the extension of the result. @param {ImageDto} job */
export function resultName({ source, result }) {
  return `${stemOf(source.name)}.${result?.format ?? source.format}`;
}

/** The original's name for the archive of all its results. @param {ImageDto} job */
export function archiveName({ source }) {
  return `${stemOf(source.name)}.zip`;
}

/** Gives a file to the browser's downloads. @param {Blob} file @param {string} name */
export function saveFile(file, name) {
  const address = URL.createObjectURL(file);
  element('a', { href: address, download: name }).click();
  // The browser reads the address after this turn of its loop.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
