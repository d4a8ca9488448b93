import { extname, join } from 'node:path';
import type { ApplicationError, Problem } from '../../shared/application-error.ts';
import { ImageTransformer, type TransformationRequest, type Transformed } from '../application/ports.ts';
import { WorkInterrupted, workProblems } from '../domain/errors.ts';
import { pixelsOf } from '../domain/image-facts.ts';
import type { Outcome } from '../domain/outcome.ts';
import { ChildFailure, type ChildFailureReason } from './children/child-failure.ts';
import { type ChildLoss, ChildProcessPool } from './children/child-process-pool.ts';
import type { TransformationAnswer, TransformationOrder } from './sharp-job.ts';

/** What the transformer is set up with. */
export interface SharpImageTransformerSettings {
  /** Jobs at once, each in a child process. */
  readonly concurrency: number;
  /** Told of each child that ended and was not meant to. */
  readonly onLoss: (loss: ChildLoss) => void;
  /** Told what the work on each picture was turned into, in one line. */
  readonly onPlan?: (line: string) => void;
  /** Memory that a job may take before it is ended; 1.5 GB when left out. */
  readonly memoryCapBytes?: number;
  /** The file that each child runs; another one in tests. */
  readonly module?: string;
}

/** Jobs with more pixels than this run one at a time: one alone can take most of a GB. */
const LARGE_PIXELS = 25_000_000;
const MEMORY_CAP = 1_500_000_000;
const RECYCLE_ABOVE = 200_000_000;
const RECYCLE_AFTER_JOBS = 500;
const START_SECONDS = 30;
/** A log-in or a poll shall not wait for pixels when both want the processor. */
const NICENESS = 5;
/** Why a child ends for what it is working on. */
const ENDED_AT_WORK: readonly ChildFailureReason[] = ['deadline', 'memory', 'crash'];
/** The file beside this one, compiled or not. */
const CHILD_MODULE = join(import.meta.dirname, `sharp-transformer.child${extname(import.meta.filename)}`);

/** Transforms images with sharp, in child processes. */
export class SharpImageTransformer extends ImageTransformer {
  #settings: SharpImageTransformerSettings;
  #pool: ChildProcessPool<TransformationOrder, TransformationAnswer[]>;

  constructor(settings: SharpImageTransformerSettings) {
    super();
    this.#settings = settings;
    this.#pool = new ChildProcessPool({
      module: settings.module ?? CHILD_MODULE,
      children: settings.concurrency,
      memoryCapBytes: settings.memoryCapBytes ?? MEMORY_CAP,
      recycleAboveBytes: RECYCLE_ABOVE,
      recycleAfterJobs: RECYCLE_AFTER_JOBS,
      startSeconds: START_SECONDS,
      niceness: NICENESS,
      onLoss: settings.onLoss,
    });
  }

  /** @throws ChildFailure that says why a child does not start. */
  override start(): Promise<void> {
    return this.#pool.start();
  }

  override stop(): Promise<void> {
    return this.#pool.stop();
  }

  /** Process ids of the children. */
  get pids(): number[] {
    return this.#pool.pids;
  }

  override async transform(
    { deadlineSeconds, ...order }: TransformationRequest,
    unwanted?: AbortSignal,
  ): Promise<readonly Transformed[]> {
    const outcomes = order.pictures.map(({ outcome }) => outcome);
    const largest = Math.max(pixelsOf(order.facts), ...outcomes.map(({ largestPixels }) => largestPixels));
    try {
      const answers = await this.#pool.run(order, { deadlineSeconds, alone: largest > LARGE_PIXELS, unwanted });
      return answers.map((answer, index) => this.#transformed(answer, outcomes[index] as Outcome));
    } catch (error) {
      if (!(error instanceof ChildFailure)) throw error;
      if (error.reason === 'stopped') throw new WorkInterrupted(error);
      const problem = problemOf(error, deadlineSeconds);
      if (!ENDED_AT_WORK.includes(error.reason)) throw problem;
      return this.#asFarAsMade(outcomes, error.told as TransformationAnswer[], problem);
    }
  }

  /** The child ended at the picture after those that it told of, and had not begun the others. */
  #asFarAsMade(outcomes: readonly Outcome[], told: readonly TransformationAnswer[], problem: ApplicationError) {
    const notBegun = problem.problem.error(`The work ended at an output before this one: ${problem.detail}`, {
      cause: problem.cause,
    });
    return outcomes.map((outcome, index): Transformed => {
      const answer = told[index];
      if (answer) return this.#transformed(answer, outcome);
      return { failure: index === told.length ? problem : notBegun };
    });
  }

  #transformed(answer: TransformationAnswer, { encoding }: Outcome): Transformed {
    if ('refusal' in answer) {
      const { code, message } = answer.refusal;
      return { failure: problemOf(new ChildFailure('refused', message, code)) };
    }
    const { plan, ...image } = answer.result;
    this.#settings.onPlan?.(plan);
    return { image: { ...image, format: encoding.format } };
  }
}

/** The failure in the product's words; a child that refuses names the problem by its code. */
function problemOf(failure: ChildFailure, deadlineSeconds?: number): ApplicationError {
  const { tookTooLong, outOfMemory, workerCrashed, cannotBeSoSmall, processingFailed } = workProblems;
  const why = (problem: Problem, detail = problem.meaning) => problem.error(detail, { cause: failure });
  switch (failure.reason) {
    case 'deadline':
      return why(tookTooLong, `The work did not end within ${deadlineSeconds} seconds.`);
    case 'memory':
      return why(outOfMemory);
    case 'crash':
      return why(workerCrashed);
    default:
      // Only the child knows how small it became.
      if (failure.code === cannotBeSoSmall.code) return why(cannotBeSoSmall, failure.message);
      return why(Object.values(workProblems).find(({ code }) => code === failure.code) ?? processingFailed);
  }
}
