import { readdirSync, readFileSync } from 'node:fs';

/**
 * Milliseconds for which the threads of a process, all together, were ready to run while a processor did something else:
 * the second number of the kernel's `schedstat`, in nanoseconds. 0 where the kernel does not tell, or the process is gone.
 */
export function heldUpMs(pid: number): number {
  try {
    const waits = readdirSync(`/proc/${pid}/task`).map((thread) => waitOf(`/proc/${pid}/task/${thread}/schedstat`));
    return waits.reduce((sum, wait) => sum + wait, 0) / 1e6;
  } catch {
    return 0;
  }
}

function waitOf(path: string): number {
  try {
    return Number(readFileSync(path, 'utf8').split(' ')[1]);
  } catch {
    // The thread has ended since.
    return 0;
  }
}
