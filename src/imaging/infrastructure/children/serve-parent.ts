import { writeFileSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { ChildFailure } from './child-failure.ts';
import type { ChildMessage } from './child-process.ts';

/** When the machine runs out of memory, the kernel shall take the child, not the parent (-1000 to 1000). */
const OOM_SCORE = '500';

/**
 * The child's side of `ChildProcess`: does what the parent sends, until the parent is gone. Work that cannot be done throws
 * a ChildFailure (`refused`) whose code tells the parent why. Of parts that are done it may `tell`: if it then ends, its
 * parent knows of them.
 */
export function serveParent<Job, Result>(work: (job: Job, tell: (part: unknown) => void) => Promise<Result>): void {
  // The parent drains its jobs when a terminal or a supervisor signals the whole group, and then ends its children.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => {});
  // exit() would wait for native work in flight.
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  process.on('message', ({ job }: { job: Job }) => {
    send<Result>({ started: true });
    work(job, (told) => send<Result>({ told })).then(
      (result) => send({ result }),
      (error: Error) => send<Result>({ failure: failureOf(error) }),
    );
  });
  preferForOutOfMemoryKiller();
  send<Result>({ ready: true });
  // If there is a cache: a child that is killed in the end writes nothing then.
  flushCompileCache();
}

function send<Result>(message: ChildMessage<Result>): void {
  if (process.connected) process.send?.(message);
}

function failureOf(error: Error): { code: string; message: string } {
  return { code: error instanceof ChildFailure ? (error.code ?? 'unexpected') : 'unexpected', message: error.message };
}

function preferForOutOfMemoryKiller(): void {
  try {
    writeFileSync('/proc/self/oom_score_adj', OOM_SCORE);
  } catch {
    // Not a Linux, or not allowed: then all processes are equal to the kernel.
  }
}
