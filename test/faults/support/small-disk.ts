import { spawnSync } from 'node:child_process';
import { rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunningProcess } from './running-process.ts';

/** What a disk is called that one process of the service sees alone, in the place of its data folder. */
const MOUNTED = 'mount -t tmpfs -o "$1" tmpfs "$2" && shift 2 && exec "$@"';
/** A namespace of any user's own, or root's where the kernel has no others. */
const NAMESPACES = [['--map-root-user', '--mount'], ['--mount']];
const REMEDY =
  'Run: sysctl -w kernel.unprivileged_userns_clone=1 kernel.apparmor_restrict_unprivileged_userns=0 (in a container: start it with --cap-add SYS_ADMIN --security-opt seccomp=unconfined)';

/**
 * A real file system in memory, of a few bytes, that really runs full. It is mounted in a namespace of the process that
 * uses it: that needs no root, no other process sees it, and it is gone with the process, however the test ends.
 */
export class SmallDisk {
  private readonly folder: string;
  private readonly filler: string;

  /** The disk of a process that was started by `command` for this data folder. */
  constructor({ pid }: RunningProcess, dataDir: string) {
    this.folder = `/proc/${pid}/root${dataDir}`;
    this.filler = join(this.folder, 'filler');
  }

  /** The beginning of a command that gives what follows a disk of so many bytes as its data folder. */
  static command(bytes: number, dataDir: string): string[] {
    return mounted(`size=${bytes}`, dataDir);
  }

  /** The same for a disk that nobody can write to. */
  static readOnly(dataDir: string): string[] {
    return mounted('ro', dataDir);
  }

  /** Folder of spool files as the process sees it. */
  get spoolDir(): string {
    return join(this.folder, 'spool');
  }

  /** Fills it but for so many bytes. */
  async fill(left: number): Promise<void> {
    const { bavail, bsize } = await statfs(this.folder);
    await writeFile(this.filler, Buffer.alloc(bavail * bsize - left));
  }

  /** Takes away what has filled it. */
  async clear(): Promise<void> {
    await rm(this.filler);
  }
}

function mounted(options: string, dataDir: string): string[] {
  const namespace = NAMESPACES.find((each) => spawnSync('unshare', [...each, 'true']).status === 0);
  if (!namespace) throw new Error(`The test needs a mount namespace of its own, which the kernel refuses. ${REMEDY}`);
  return ['unshare', ...namespace, 'sh', '-c', MOUNTED, 'sh', options, dataDir];
}
