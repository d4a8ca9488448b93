import { Clock } from '../../src/shared/clock.ts';

/** A clock that stands still until it is moved. */
export class TestClock extends Clock {
  #now = new Date('2026-01-01T12:00:00.000Z');
  #elapsed = 0;

  now(): Date {
    return new Date(this.#now);
  }

  elapsed(): number {
    return this.#elapsed;
  }

  /** Moves the present moment forward. */
  advance(seconds: number): void {
    this.#elapsed += seconds * 1000;
    this.setBack(-seconds);
  }

  /** Sets the clock back, as an operator does: no time passes by it. */
  setBack(seconds: number): void {
    this.#now = new Date(this.#now.getTime() - seconds * 1000);
  }
}

/** The clock of this machine, for tests whose other half (a browser) lives by it too; moved forward like its parent. */
export class RunningClock extends TestClock {
  readonly #started = super.now().getTime();

  override now(): Date {
    return new Date(Date.now() + super.now().getTime() - this.#started);
  }

  override elapsed(): number {
    return performance.now() + super.elapsed();
  }
}
