/** How often it wants to be shown the clock, in seconds. */
export const LOOK_SECONDS = 1;
/** A clock that has gone further from one look to the next, or back, did not go evenly. */
const MOST_STEP_MS = 5000;

/**
 * Tells since when the clock has gone evenly for this process. It has not when the process was stopped (SIGSTOP, a paused
 * machine, a laptop that slept), alone or with others, or when the clock was set: moments that were written before seem
 * long past, or yet to come, then, and nothing is wrong with those who wrote them.
 */
export class EvenTime {
  private latest: number | undefined;
  /** Before the first look nothing speaks against it. */
  private since = Number.NEGATIVE_INFINITY;

  /** How long it has gone evenly until now, in seconds. */
  secondsUntil(now: Date): number {
    const moment = now.getTime();
    const step = moment - (this.latest ?? moment);
    if (step < 0 || step > MOST_STEP_MS) this.since = moment;
    this.latest = moment;
    return (moment - this.since) / 1000;
  }
}
