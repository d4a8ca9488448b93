/** The present moment; injected, so that tests can move it. */
export abstract class Clock {
  abstract now(): Date;
  /** Milliseconds that go on evenly, however the clock is set: for what is measured within one process. */
  abstract elapsed(): number;
}

/** The machine's own clock. */
export class SystemClock extends Clock {
  now(): Date {
    return new Date();
  }

  elapsed(): number {
    return performance.now();
  }
}

/** `date` moved by a number of seconds, which may be negative. */
export function secondsAfter(date: Date, seconds: number): Date {
  return new Date(date.getTime() + seconds * 1000);
}

/** Whole seconds from one moment to a later one, rounded up; never negative. */
export function secondsBetween(from: Date, to: Date): number {
  return Math.max(0, Math.ceil((to.getTime() - from.getTime()) / 1000));
}
