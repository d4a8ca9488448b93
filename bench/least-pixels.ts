import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import os from 'node:os';
import { join } from 'node:path';
import type { LeastOrder } from './least-sharp-transformer.child.ts';

const CHILD = join(import.meta.dirname, 'least-sharp-transformer.child.ts');

const idle: ChildProcess[] = Array.from({ length: os.availableParallelism() }, () => fork(CHILD));
const waiting: ((child: ChildProcess) => void)[] = [];

/** Has bare sharp work on a picture, in one of as many processes as there are cores. */
export async function transform(order: LeastOrder): Promise<void> {
  const child = idle.pop() ?? (await new Promise<ChildProcess>((resolve) => waiting.push(resolve)));
  child.send(order);
  await once(child, 'message');
  const next = waiting.shift();
  if (next) next(child);
  else idle.push(child);
}
