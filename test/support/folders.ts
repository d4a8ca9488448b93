import { watch } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Names in a folder; none when there is no such folder. */
export async function namesIn(...path: string[]): Promise<string[]> {
  return (await readdir(join(...path)).catch(() => [])).sort();
}

/** Resolves when the folder holds what `holds` asks for; it is asked now and after each change in it. */
export async function folderHolds(path: string, holds: (names: string[]) => boolean): Promise<void> {
  const held = Promise.withResolvers<void>();
  const look = () => void namesIn(path).then((names) => holds(names) && held.resolve(), held.reject);
  const watcher = watch(path, look);
  look();
  await held.promise.finally(() => watcher.close());
}

/** Resolves when the folder is empty. */
export function folderIsEmpty(path: string): Promise<void> {
  return folderHolds(path, (names) => names.length === 0);
}
