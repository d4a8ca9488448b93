import { existsSync } from 'node:fs';
import { unlink } from 'node:fs/promises';

/** Removes a file, if it is there. Most have been moved away, and to ask first takes less than to fail. */
export async function removeFile(path: string): Promise<void> {
  if (!existsSync(path)) return;
  try {
    await unlink(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
