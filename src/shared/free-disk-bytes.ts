import { statfsSync } from 'node:fs';

/** Bytes that can still be written to the disk of a folder. The kernel knows them by heart, so no thread is woken for it. */
export function freeDiskBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

/** Bytes of the whole disk. */
export function allDiskBytes(folder: string): number {
  const { blocks, bsize } = statfsSync(folder);
  return blocks * bsize;
}
