import { ChildFailure } from './child-failure.ts';
import { ChildProcess, type RunLimits } from './child-process.ts';
import { WaitingLine } from './waiting-line.ts';

/** How a pool treats its children. */
export interface ChildProcessPoolSettings {
  /** The file that each child runs; see `serveParent`. */
  readonly module: string;
  readonly children: number;
  /** A child that holds more while it works is killed. */
  readonly memoryCapBytes: number;
  /** A child that holds more after its work is replaced. */
  readonly recycleAboveBytes: number;
  /** So is one that has done so many jobs. */
  readonly recycleAfterJobs: number;
  /** How much the children leave the processor to others, 0 to 19; 0 when left out. */
  readonly niceness?: number;
  /** Time in which a child must be ready. */
  readonly startSeconds: number;
  /** Told of each child that ended and was not meant to: killed for a limit, dead by itself, or not started. */
  readonly onLoss: (loss: ChildLoss) => void;
}

/** A child that ended and was not meant to. */
export interface ChildLoss {
  /** Undefined when it did not even start. */
  readonly pid: number | undefined;
  /** How it ended, e.g. `SIGABRT`. */
  readonly end: string;
  /** The last of what it wrote to stderr. */
  readonly lastWords: string;
}

/** How long a job of a pool may run, and beside which others. */
export interface PoolRunLimits extends RunLimits {
  /** Not while another such job runs. */
  readonly alone?: boolean;
}

const RESTART_PAUSE_MS = 1_000;
const MOST_FALSE_STARTS = 3;

/**
 * Children that stand ready, each for one job at a time, and are replaced when they end. Our own, since a deadline has to
 * kill a child at once by SIGKILL and to say what killed it: pools of libraries end theirs politely, or stall after crashes.
 */
export class ChildProcessPool<Job, Result> {
  #settings: ChildProcessPoolSettings;
  #children = new Set<ChildProcess<Job, Result>>();
  #idle: ChildProcess<Job, Result>[] = [];
  #waiting = new WaitingLine<ChildProcess<Job, Result>>();
  /** Whether a job that wants to be alone runs, and those that wait for its end. */
  #oneIsAlone = false;
  #toBeAlone = new WaitingLine<void>();
  #stopping = false;
  #restart: NodeJS.Timeout | undefined;

  constructor(settings: ChildProcessPoolSettings) {
    this.#settings = settings;
  }

  /**
   * Resolves once every child is ready.
   * @throws ChildFailure (`no_child`), with what the child wrote to stderr, when one does not start.
   */
  async start(): Promise<void> {
    const starts = await Promise.allSettled(Array.from({ length: this.#settings.children }, () => this.#add()));
    const failed = starts.find(({ status }) => status === 'rejected');
    if (!failed) return;
    await this.stop();
    throw (failed as PromiseRejectedResult).reason;
  }

  /** Kills all children and resolves when they are gone; jobs in hand fail as `stopped`. */
  async stop(): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#restart);
    this.#waiting.refuse(new ChildFailure('stopped', 'The pool is stopped.'));
    const children = [...this.#children];
    for (const child of children) child.kill('stopped');
    await Promise.all(children.map(({ exited }) => exited));
  }

  /** Process ids of the children. */
  get pids(): number[] {
    return [...this.#children].flatMap(({ pid }) => pid ?? []);
  }

  /** @throws ChildFailure; the reason of `unwanted` once that is aborted: then no child is at the job any more. */
  async run(job: Job, limits: PoolRunLimits): Promise<Result> {
    try {
      return await (limits.alone ? this.#runAlone(job, limits) : this.#run(job, limits));
    } catch (error) {
      limits.unwanted?.throwIfAborted();
      throw error;
    }
  }

  async #runAlone(job: Job, limits: PoolRunLimits): Promise<Result> {
    if (this.#oneIsAlone) await this.#toBeAlone.wait(limits.unwanted);
    this.#oneIsAlone = true;
    try {
      return await this.#run(job, limits);
    } finally {
      this.#oneIsAlone = this.#toBeAlone.give();
    }
  }

  async #run(job: Job, limits: PoolRunLimits): Promise<Result> {
    for (let attempt = 1; ; attempt += 1) {
      const child = await this.#take(limits.unwanted);
      try {
        limits.unwanted?.throwIfAborted();
        return await child.run(job, limits, this.#settings.memoryCapBytes);
      } catch (error) {
        // An idle child that was killed says nothing against the job that came too late to see it.
        const falseStart = error instanceof ChildFailure && error.reason === 'not_begun';
        if (!falseStart || attempt === MOST_FALSE_STARTS) throw error;
      } finally {
        this.#giveBack(child);
      }
    }
  }

  async #take(unwanted?: AbortSignal): Promise<ChildProcess<Job, Result>> {
    if (this.#stopping) throw new ChildFailure('stopped', 'The pool is stopped.');
    return this.#idle.pop() ?? this.#waiting.wait(unwanted);
  }

  #giveBack(child: ChildProcess<Job, Result>): void {
    // One that was killed may have given its result first; its end is near, and it is replaced then.
    if (child.end || child.killedFor || !this.#children.has(child)) return;
    const { recycleAfterJobs, recycleAboveBytes } = this.#settings;
    if (child.jobs >= recycleAfterJobs || child.residentBytes() > recycleAboveBytes) {
      this.#recycle(child);
      return;
    }
    if (!this.#waiting.give(child)) this.#idle.push(child);
  }

  #recycle(child: ChildProcess<Job, Result>): void {
    this.#children.delete(child);
    child.kill('stopped');
    this.#replace();
  }

  async #add(): Promise<void> {
    const child = new ChildProcess<Job, Result>(this.#settings.module, this.#settings.niceness);
    this.#children.add(child);
    try {
      await child.ready(this.#settings.startSeconds);
    } catch (error) {
      this.#children.delete(child);
      throw error;
    }
    void child.exited.then(() => this.#lose(child));
    this.#giveBack(child);
  }

  #lose(child: ChildProcess<Job, Result>): void {
    if (this.#stopping || !this.#children.delete(child)) return;
    this.#idle = this.#idle.filter((idle) => idle !== child);
    if (child.killedFor !== 'unwanted') {
      this.#settings.onLoss({ pid: child.pid, end: child.end ?? '', lastWords: child.lastWords });
    }
    this.#replace();
  }

  /** Starts a child; while none starts, jobs that wait fail, and it is tried again after a pause. */
  #replace(): void {
    if (this.#stopping) return;
    this.#add().catch((error: ChildFailure) => {
      if (this.#stopping) return;
      this.#settings.onLoss({ pid: undefined, end: 'not started', lastWords: error.message });
      if (this.#children.size === 0) this.#waiting.refuse(error);
      this.#restart = setTimeout(() => this.#replace(), RESTART_PAUSE_MS);
    });
  }
}
