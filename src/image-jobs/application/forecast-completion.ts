import { type ImageFacts, pixelsOf } from '../../imaging/domain/image-facts.ts';
import { type Clock, secondsAfter, secondsBetween } from '../../shared/clock.ts';
import type { ImageJob } from '../domain/image-job.ts';
import type { Pace } from '../domain/pace.ts';
import type { WorkStatistics } from './ports.ts';

/** Before any job has been measured: a 12-MP photograph to WebP here. */
const FIRST_PACE: Pace = { perJob: 20, perPixel: 15 / 1_000_000 };

/**
 * A job that is over its estimate is unlike those that were measured, and only the time that it has taken is known of it:
 * it is given so many times as much again as it is over. By less a client who comes back when it is told to would spend
 * five requests, a whole minute's, in the first seconds of a slow job.
 */
const FOR_EACH_OVERDUE = 2;

/** When a job will probably be done. */
export interface Forecast {
  readonly readyAt: Date;
  readonly secondsRemaining: number;
  /** 1 for the job that is taken next; null while it runs. */
  readonly queuePosition: number | null;
}

/** How many jobs run at once in one process. */
export interface Workers {
  readonly concurrency: number;
}

/** Estimates the end of unfinished jobs, also of one that was not sent in, from the measured pace and the work ahead. */
export class ForecastCompletion {
  constructor(
    private readonly statistics: WorkStatistics,
    private readonly clock: Clock,
    private readonly workers: Workers,
  ) {}

  async execute(job: ImageJob): Promise<Forecast> {
    const now = this.clock.now();
    const pace = (await this.statistics.pace()) ?? FIRST_PACE;
    const own = durationOf(sourcePixelsOf(job.facts()), pace);
    if (job.status === 'processing') return forecast(now, remaining(own, job.startedAt ?? now, now), null);
    const { waiting, waitingPixels, running } = await this.statistics.ahead(job);
    // More may run than this process works on: other workers count too.
    const atOnce = Math.max(this.workers.concurrency, running.length);
    const underWay = running.map(({ pixels, startedAt }) => remaining(durationOf(pixels, pace), startedAt, now));
    const before =
      underWay.reduce((sum, left) => sum + left, 0) + waitingPixels * pace.perPixel + waiting * pace.perJob;
    const hasFreeWorker = running.length + waiting < atOnce;
    return forecast(now, (hasFreeWorker ? 0 : before / atOnce) + own, waiting + 1);
  }
}

function sourcePixelsOf(facts: ImageFacts): number {
  return pixelsOf(facts) * facts.frames;
}

/** Milliseconds that a job of so many source pixels takes. */
function durationOf(pixels: number, { perJob, perPixel }: Pace): number {
  return perJob + pixels * perPixel;
}

/** What is left of a job that was to take this duration, and began at `startedAt`: in no case later than now. */
function remaining(duration: number, startedAt: Date, now: Date): number {
  const left = duration - Math.max(0, now.getTime() - startedAt.getTime());
  return left >= 0 ? left : -left * FOR_EACH_OVERDUE;
}

function forecast(now: Date, milliseconds: number, queuePosition: number | null): Forecast {
  const readyAt = secondsAfter(now, milliseconds / 1000);
  return { readyAt, secondsRemaining: secondsBetween(now, readyAt), queuePosition };
}
