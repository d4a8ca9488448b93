/** One job that is done. */
export interface MeasuredJob {
  /** Of its source. */
  readonly pixels: number;
  readonly milliseconds: number;
}

/** How fast jobs are done: milliseconds for each job, and for each of its source pixels. */
export interface Pace {
  readonly perJob: number;
  readonly perPixel: number;
}

/** The straight line through the jobs (least squares) whose parts are not negative; null without jobs. */
export function paceOf(jobs: readonly MeasuredJob[]): Pace | null {
  if (jobs.length === 0) return null;
  const pixels = mean(jobs.map((job) => job.pixels));
  const milliseconds = mean(jobs.map((job) => job.milliseconds));
  const spread = mean(jobs.map((job) => (job.pixels - pixels) ** 2));
  const together = mean(jobs.map((job) => (job.pixels - pixels) * (job.milliseconds - milliseconds)));
  // Jobs of one size tell nothing of a part that does not depend on it.
  const steepest = milliseconds / pixels;
  const perPixel = spread === 0 ? steepest : Math.min(Math.max(together / spread, 0), steepest);
  return { perPixel, perJob: milliseconds - perPixel * pixels };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
