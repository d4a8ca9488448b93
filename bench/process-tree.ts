import { readdirSync, readFileSync } from 'node:fs';

/** The image processes' own name for what they run. */
const IMAGES = 'sharp-transformer.child';
const HEADERS = 'sharp-header.child';
/** Names that Node gives to its threads, and what they do. */
const THREADS = [
  ['MainThread', 'main thread'],
  ['V8Worker', 'collector and compilers'],
  ['libuv-worker', 'disk threads'],
] as const;
const OTHER_THREADS = 'other threads';
/** The kernel counts in hundredths of a second, on every Linux that Node runs on. */
const MILLISECONDS_OF_TICK = 10;

/** Figures by the name of what they belong to. */
export type ByPart = Readonly<Record<string, number>>;

/** CPU time so far of a service's process by thread, and of its children by what they do, in milliseconds. */
export function cpuByPart(pid: number): ByPart {
  const [own, ended] = cpuOf(`/proc/${pid}/stat`);
  const parts: Record<string, number> = { [OTHER_THREADS]: own, headers: 0, images: ended };
  for (const [thread, part] of THREADS) {
    parts[part] = sumOf(
      tasksOf(pid).filter((task) => nameOf(pid, task) === thread),
      (task) => cpuOf(`/proc/${pid}/task/${task}/stat`)[0],
    );
    parts[OTHER_THREADS] = (parts[OTHER_THREADS] as number) - parts[part];
  }
  for (const child of childrenOf(pid)) {
    const part = workOf(child);
    parts[part] = (parts[part] ?? 0) + cpuMilliseconds(child);
  }
  return parts;
}

/** The figure of one part, of all roles together: `images`, `api: images`. */
export function ofPart(parts: ByPart, name: string): number {
  return sumOf(Object.entries(parts), ([part, figure]) => (part === name || part.endsWith(`: ${name}`) ? figure : 0));
}

/** The figure of the main processes, all their threads, of all roles together. */
export function ofMain(parts: ByPart): number {
  return sumOf([...THREADS.map(([, part]) => part), OTHER_THREADS], (name) => ofPart(parts, name));
}

/** CPU time of the process and its descendants, those that have ended included, in milliseconds. */
export function cpuMilliseconds(pid: number): number {
  return sumOf(processTree(pid), (each) => sumOf(cpuOf(`/proc/${each}/stat`), (ms) => ms));
}

/** Memory of each process, in bytes, by what it does and its id; what they share is counted once (PSS). */
export function memoryByProcess(pid: number): ByPart {
  const children = childrenOf(pid).map((child) => [`${workOf(child)} ${child}`, memoryOf(child)] as const);
  return { main: memoryOf(pid), ...Object.fromEntries(children) };
}

/** Memory of one process, in bytes, counted the same. */
export function memoryOf(pid: number): number {
  const [, kilobytes] = /^Pss:\s+(\d+) kB$/m.exec(textOf(`/proc/${pid}/smaps_rollup`)) ?? [];
  return Number(kilobytes ?? 0) * 1024;
}

/** Process ids of the children that work on images. */
export function imageProcesses(pid: number): number[] {
  return childrenOf(pid).filter((child) => workOf(child) === 'images');
}

function workOf(pid: number): string {
  const command = textOf(`/proc/${pid}/cmdline`);
  if (command.includes(IMAGES)) return 'images';
  return command.includes(HEADERS) ? 'headers' : 'others';
}

function processTree(pid: number): number[] {
  return [pid, ...childrenOf(pid).flatMap(processTree)];
}

function childrenOf(pid: number): number[] {
  return tasksOf(pid).flatMap((task) =>
    textOf(`/proc/${pid}/task/${task}/children`).split(' ').filter(Boolean).map(Number),
  );
}

function nameOf(pid: number, task: string): string {
  return textOf(`/proc/${pid}/task/${task}/comm`);
}

/** CPU time by a `stat` file, in milliseconds: its own, and that of children that have ended. */
function cpuOf(path: string): [number, number] {
  // After the name in brackets, which may hold anything.
  const fields = textOf(path).split(') ').at(-1)?.split(' ') ?? [];
  const ticks = fields.slice(11, 15).map(Number);
  const [user = 0, system = 0, endedUser = 0, endedSystem = 0] = ticks;
  return [(user + system) * MILLISECONDS_OF_TICK, (endedUser + endedSystem) * MILLISECONDS_OF_TICK];
}

function tasksOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

/** The text of a file of a process, which may just have ended. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}

function sumOf<T>(all: readonly T[], value: (each: T) => number): number {
  return all.reduce((sum, each) => sum + value(each), 0);
}
