import { readdirSync, readFileSync } from 'node:fs';

/** The process and all its descendants, by id. */
export function processTree(pid: number): number[] {
  const children = tasksOf(pid).flatMap((task) => numbersIn(`/proc/${pid}/task/${task}/children`));
  return [pid, ...children.flatMap(processTree)];
}

/** CPU time of the process and its descendants, those that have ended included, in milliseconds. */
export function cpuMilliseconds(pid: number): number {
  return processTree(pid).reduce((sum, each) => sum + cpuOf(each), 0);
}

/** Memory of the process and its descendants, in bytes; what they share is counted once (PSS). */
export function memoryBytes(pid: number): number {
  return processTree(pid).reduce((sum, each) => sum + memoryOf(each), 0);
}

/** Memory of one process, in bytes, counted the same. */
export function memoryOf(pid: number): number {
  const [, kilobytes] = /^Pss:\s+(\d+) kB$/m.exec(textOf(`/proc/${pid}/smaps_rollup`)) ?? [];
  return Number(kilobytes ?? 0) * 1024;
}

/** The kernel counts in hundredths of a second, on every Linux that Node runs on. */
const MILLISECONDS_OF_TICK = 10;

function cpuOf(pid: number): number {
  // After the name in brackets, which may hold anything: own time, and that of children that have ended.
  const fields = textOf(`/proc/${pid}/stat`).split(') ').at(-1)?.split(' ') ?? [];
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) * MILLISECONDS_OF_TICK;
}

function tasksOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

function numbersIn(path: string): number[] {
  return textOf(path).split(' ').filter(Boolean).map(Number);
}

/** The text of a file of a process, which may just have ended. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}
