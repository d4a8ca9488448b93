import { readdirSync, readFileSync } from 'node:fs';

/** Process ids of a process and all that it has started, as the kernel lists them. */
export function familyOf(pid: number): number[] {
  return [pid, ...childrenOf(pid).flatMap(familyOf)];
}

function childrenOf(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  );
}

/** Stops a process and all that it has started where they are, as a paused machine does; gives back what lets them go on. */
export function frozen(pid: number): () => void {
  // The parent first: it starts no more of them.
  const stopped = (each: number): number[] => {
    process.kill(each, 'SIGSTOP');
    return [each, ...childrenOf(each).flatMap(stopped)];
  };
  const family = stopped(pid);
  return () => {
    for (const each of family) process.kill(each, 'SIGCONT');
  };
}

/** Those of these processes that still run. */
export function alive(pids: readonly number[]): number[] {
  return pids.filter((pid) => {
    const [state = GONE] = statOf(pid);
    return state !== GONE;
  });
}

/** Time that a process has had of the processors, in the kernel's ticks of 10 ms. */
export function ticksOf(pid: number): number {
  const fields = statOf(pid);
  return Number(fields[11]) + Number(fields[12]);
}

/** State of a process that has ended, and whose parent has not asked how. */
const GONE = 'Z';

/** The kernel's line on a process, from its state on; the name before it, in brackets, may hold anything. */
function statOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  } catch {
    return [];
  }
}
