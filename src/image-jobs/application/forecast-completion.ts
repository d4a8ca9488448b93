import { type Clock, secondsAfter, secondsBetween } from '../../shared/clock.ts';
import type { ImageJob } from '../domain/image-job.ts';
import type { WorkStatistics } from './ports.ts';

/** Pace before any job has been measured: milliseconds for a million source pixels, a 12-MP photograph to WebP here. */
const FIRST_PACE_MS_PER_MEGAPIXEL = 15;
/** Work of a job beside its pixels: reading, writing, publishing. */
const OVERHEAD_MS = 20;

/** When a job will probably be done. */
export interface Forecast {
  readonly readyAt: Date;
  readonly secondsRemaining: number;
  /** 1 for the job that is taken next; null while it runs. */
  readonly queuePosition: number | null;
}

/** How many jobs run at once. */
export class Workers {
  constructor(readonly concurrency: number) {}
}

/** Estimates the end of unfinished jobs from the measured pace and the work ahead. */
export class ForecastCompletion {
  constructor(
    private readonly statistics: WorkStatistics,
    private readonly clock: Clock,
    private readonly workers: Workers,
  ) {}

  async execute(job: ImageJob): Promise<Forecast> {
    const now = this.clock.now();
    const pace = (await this.statistics.pace()) ?? FIRST_PACE_MS_PER_MEGAPIXEL / 1_000_000;
    const own = job.sourceWidth * job.sourceHeight * job.sourceFrames * pace + OVERHEAD_MS;
    if (job.status === 'processing') {
      const spent = now.getTime() - (job.startedAt ?? now).getTime();
      return this.forecast(now, Math.max(0, own - spent), null);
    }
    const ahead = await this.statistics.ahead(job);
    const wait = (ahead.pixels * pace + ahead.jobs * OVERHEAD_MS) / this.workers.concurrency;
    return this.forecast(now, wait + own, ahead.jobs + 1);
  }

  private forecast(now: Date, milliseconds: number, queuePosition: number | null): Forecast {
    const readyAt = secondsAfter(now, milliseconds / 1000);
    return { readyAt, secondsRemaining: secondsBetween(now, readyAt), queuePosition };
  }
}
