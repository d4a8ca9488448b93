import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DataFolderInUse, lockDataFolder } from './data-folder-lock.ts';
import { freeDiskBytes } from './free-disk-bytes.ts';
import { isOwnName } from './uuid.ts';

/** A folder that a process was about to lock is left alone for so long. */
const UNLOCKED_MS = 60_000;
/** Two that sweep the same folder find it filled again for a moment: Node waits 0.1 s longer each time. */
const SWEEP_RETRIES = 5;
/** Prefix of a folder that is not locked yet. */
const DRAFT = 'new-';

/** The folder of spool files. Nothing in it outlives its request or job; what a crash left is swept at the next start. */
export abstract class Spool {
  /** Makes the folder, and sweeps what dead processes have left. */
  abstract open(): Promise<void>;
  /** Where new files go. */
  abstract readonly folder: string;

  /** A path for a new file. */
  newPath(): string {
    return join(this.folder, randomUUID());
  }

  /** Bytes that can still be written. */
  freeBytes(): number {
    return freeDiskBytes(this.folder);
  }

  abstract close(): Promise<void>;
}

/** The spool of the only process on its data folder. */
export class OwnSpool extends Spool {
  constructor(readonly folder: string) {
    super();
  }

  async open(): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    for (const name of await ownNamesIn(this.folder))
      await rm(join(this.folder, name), { force: true, recursive: true });
  }

  async close(): Promise<void> {}
}

/**
 * One process's part of a spool that several share: a folder that it holds by a lock which the kernel frees at its death,
 * so that the others know whose files nobody needs.
 */
export class SharedSpool extends Spool {
  readonly folder: string;
  private readonly held: string;
  private lock: { release(): void } | undefined;

  constructor(private readonly common: string) {
    super();
    this.held = join(common, randomUUID());
    this.folder = join(this.held, 'files');
  }

  async open(): Promise<void> {
    await mkdir(this.common, { recursive: true, mode: 0o700 });
    for (const name of await ownNamesIn(this.common)) await this.sweep(name);
    // It gets its name once it is locked: before, it could be taken for one of the dead.
    const draft = join(this.common, `${DRAFT}${randomUUID()}`);
    this.lock = lockDataFolder(draft);
    await rename(draft, this.held);
    await mkdir(this.folder);
  }

  async close(): Promise<void> {
    this.lock?.release();
    await rm(this.held, { force: true, recursive: true });
  }

  private async sweep(name: string): Promise<void> {
    const folder = join(this.common, name);
    const found = await stat(folder).catch(() => null);
    if (!found || (name.startsWith(DRAFT) && Date.now() - found.mtimeMs < UNLOCKED_MS)) return;
    try {
      // Held until it is gone, or another process that starts would lock, and so make anew, what is being removed.
      const lock = found.isDirectory() ? lockDataFolder(folder) : undefined;
      await rm(folder, { force: true, recursive: true, maxRetries: SWEEP_RETRIES }).finally(() => lock?.release());
    } catch (error) {
      if (error instanceof DataFolderInUse || !existsSync(folder)) return;
      throw error;
    }
  }
}

/** What a spool has made in this folder, under its name or still a draft. */
async function ownNamesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder);
  return names.filter((name) => isOwnName(name.startsWith(DRAFT) ? name.slice(DRAFT.length) : name));
}
