import { fork, type ChildProcess as NodeChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import os from 'node:os';
import { whenAwakeFor } from '../../../shared/when-awake-for.ts';
import { ChildFailure, type ChildFailureReason } from './child-failure.ts';
import { heldUpMs } from './held-up.ts';

/** What a child process says to its parent. */
export type ChildMessage<Result> =
  | { ready: true }
  | { started: true }
  /** A part of the work is done. */
  | { told: unknown }
  | { result: Result }
  | { failure: { code: string; message: string } };

/**
 * The child's whole environment. glibc's allocator takes a quarter less memory with two arenas, and a sixth less again
 * when it gives back what is free beyond 8 MB instead of holding on to ever more: both at no cost in time. Where this
 * process keeps what Node has compiled, the child finds its own there too.
 */
const ENVIRONMENT = {
  PATH: process.env.PATH,
  NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
  MALLOC_ARENA_MAX: '2',
  MALLOC_TRIM_THRESHOLD_: String(8 * 1024 ** 2),
};

/** How long a job may run. */
export interface RunLimits {
  /** Counted from the moment a child has the job; time for which others held it up does not count, up to three times this. */
  readonly deadlineSeconds: number;
  /** Aborted when nobody needs the job any more. */
  readonly unwanted?: AbortSignal;
}

/**
 * A child makes few objects, none of which lasts: left to itself V8 gives them ever more room before it collects, 90 MB of it
 * after some thousand headers. `gc()` is for pixels that are done with.
 */
const NODE_OPTIONS = ['--max-old-space-size=128', '--max-semi-space-size=1', '--expose-gc'];

const MEMORY_WATCH_MS = 100;
const KEPT_STDERR = 2_000;

/**
 * One forked process that does one job at a time. It ends by SIGKILL alone: a polite end waits for native work in
 * flight, which can take a minute.
 */
export class ChildProcess<Job, Result> {
  /** Settles when the process is gone. */
  readonly exited: Promise<void>;
  readonly pid: number | undefined;
  /** Jobs that it was given. */
  jobs = 0;
  /** How it ended, e.g. `SIGABRT` or `exit code 1`; null while it lives. */
  end: string | null = null;
  /** Why it was killed, from then on; null while it was not. */
  killedFor: ChildFailureReason | null = null;
  #process: NodeChildProcess;
  #ready = Promise.withResolvers<void>();
  #job: PromiseWithResolvers<Result> | null = null;
  #started = false;
  #told: unknown[] = [];
  #stderr = '';

  /**
   * Forks `module`, a file that calls `serveParent`. A `niceness` above 0, up to 19, leaves the processor to others who
   * want it.
   */
  constructor(module: string, niceness = 0) {
    this.#process = fork(module, [], {
      env: ENVIRONMENT,
      execArgv: NODE_OPTIONS,
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.pid = this.#process.pid;
    if (niceness > 0) {
      // At once, so that its start is left to others as well, and when it is ready for the threads that Node made before.
      this.#yieldToOthers(niceness);
      this.#ready.promise.then(() => this.#yieldToOthers(niceness)).catch(() => {});
    }
    this.exited = new Promise((resolve) => {
      this.#process.once('error', (error) => this.#over(resolve, error.message));
      this.#process.once('exit', (code, signal) => this.#over(resolve, signal ?? `exit code ${code}`));
    });
    this.#process.on('message', (message) => this.#hear(message as ChildMessage<Result>));
    this.#process.stderr?.on('data', (chunk) => {
      this.#stderr = `${this.#stderr}${chunk}`.slice(-KEPT_STDERR);
    });
    this.#ready.promise.catch(() => {});
  }

  /**
   * Resolves once the process can take a job.
   * @throws ChildFailure (`no_child`) when it ends before, or is not there within `seconds`.
   */
  async ready(seconds: number): Promise<void> {
    const callOff = this.#whenAtWorkFor(seconds, () => this.kill('no_child'));
    await this.#ready.promise.finally(callOff);
  }

  /**
   * Gives it a job.
   * @throws ChildFailure that says why there is no result; the process is gone then, unless it refused the job.
   */
  async run(job: Job, { deadlineSeconds, unwanted }: RunLimits, memoryCapBytes: number): Promise<Result> {
    const inHand = Promise.withResolvers<Result>();
    this.#job = inHand;
    this.#started = false;
    this.#told = [];
    this.jobs += 1;
    const cancel = () => {
      // It may have its result, which only has to be passed on.
      if (this.#job === inHand) this.kill('unwanted');
    };
    unwanted?.addEventListener('abort', cancel);
    const callOff = this.#whenAtWorkFor(deadlineSeconds, () => this.kill('deadline'));
    const watch = setInterval(() => {
      if (this.residentBytes() > memoryCapBytes) this.kill('memory');
    }, MEMORY_WATCH_MS);
    // A failed send needs no handling: the process is gone, and its end is reported.
    if (this.#process.connected) this.#process.send({ job }, () => {});
    return inHand.promise.finally(() => {
      unwanted?.removeEventListener('abort', cancel);
      callOff();
      clearInterval(watch);
    });
  }

  /** Ends it at once, whatever it does. */
  kill(reason: ChildFailureReason): void {
    this.killedFor ??= reason;
    this.#process.kill('SIGKILL');
  }

  /** Memory that the process holds; 0 where the kernel has no /proc. */
  residentBytes(): number {
    try {
      const status = readFileSync(`/proc/${this.pid}/status`, 'utf8');
      return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
    } catch {
      return 0;
    }
  }

  /** The last of what it wrote to stderr. */
  get lastWords(): string {
    return this.#stderr.trim();
  }

  /** It yields to others, so that on a busy machine it may be held up for long: that is no fault of its job. */
  #whenAtWorkFor(seconds: number, act: () => void): () => void {
    return whenAwakeFor(seconds, act, { heldUp: () => heldUpMs(this.pid ?? 0) });
  }

  /** Threads have a niceness each, of which a new one takes its maker's. */
  #yieldToOthers(niceness: number): void {
    for (const thread of this.#threads()) {
      try {
        os.setPriority(thread, os.getPriority() + niceness);
      } catch {
        // The thread has ended since.
      }
    }
  }

  /** Where the kernel has no /proc, the process stands for all its threads. */
  #threads(): number[] {
    if (this.pid === undefined) return [];
    try {
      return readdirSync(`/proc/${this.pid}/task`).map(Number);
    } catch {
      return [this.pid];
    }
  }

  #hear(message: ChildMessage<Result>): void {
    if ('ready' in message) this.#ready.resolve();
    else if ('started' in message) this.#started = true;
    else if ('told' in message) this.#told.push(message.told);
    else if ('result' in message) this.#settle()?.resolve(message.result);
    else this.#settle()?.reject(new ChildFailure('refused', message.failure.message, message.failure.code));
  }

  #settle(): PromiseWithResolvers<Result> | null {
    const job = this.#job;
    this.#job = null;
    return job;
  }

  #over(resolve: () => void, how: string): void {
    this.end = how;
    const reason = this.killedFor ?? (this.#started ? 'crash' : 'not_begun');
    this.#ready.reject(new ChildFailure('no_child', `${how} before it was ready. ${this.lastWords}`));
    this.#settle()?.reject(new ChildFailure(reason, how, undefined, this.#told));
    resolve();
  }
}
