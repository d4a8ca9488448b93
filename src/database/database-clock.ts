import type { MikroORM } from '@mikro-orm/core';
import type { PostgreSqlConnection } from '@mikro-orm/postgresql';
import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Clock } from '../shared/clock.ts';

const QUESTION = 'select extract(epoch from clock_timestamp()) * 1000 as now';
/** How often the offset is measured: in this time the clocks of two machines part by less than a millisecond. */
const MEASURED_EVERY_MS = 10_000;
/** The quickest of so many answers counts. */
const SAMPLES = 3;
/** A process that was asleep, or whose machine's clock was set, measures at once. */
const STEP_MS = 500;
/** A correction that is smaller makes the clock wait, not go back. */
const MOST_WAITED_MS = 1000;
/** A machine whose clock is further from the database's is worth a word. */
const WORTH_A_WORD_MS = 1000;

/** What a clock reads the time from; each in milliseconds. */
export interface TimeSources {
  /**
   * Does this with a connection to the database, which it may ask for its present moment, since 1970: what a connection is
   * waited for is not taken for the way of an answer.
   */
  readonly database: (work: (ask: () => Promise<number>) => Promise<void>) => Promise<void>;
  /** Time that this process has run; it never goes back, and nobody sets it. */
  readonly elapsed: () => number;
  /** The present moment of the machine's own clock, since 1970. */
  readonly machine: () => number;
}

/**
 * The database's clock, for all processes that share it: moments that two machines compare (from when a job may be
 * claimed, when its worker was last alive, when a window ends) are then moments of one clock, however theirs are set.
 *
 * The database is asked now and then, and between two answers the process's own time goes on. An answer came at some
 * moment between question and arrival, so the error is at most half of the quickest of three round trips: a fraction of
 * a millisecond in one network. That is good enough, since a moment which one process has written reaches another one
 * only after whole round trips, which are longer: the insert and the message of a new job, for example, before its claim.
 * All other comparisons are of seconds.
 */
export class DatabaseClock extends Clock implements OnApplicationShutdown {
  private readonly logger = new Logger('Clock');
  private readonly timer: NodeJS.Timeout;
  /** The database's moment at which this process began. */
  private began = 0;
  /** Machine's moment at which this process began, when the offset was last measured. */
  private machineBegan = 0;
  private latest = 0;
  private isMeasuring = false;
  private hasSaid = false;

  private constructor(private readonly sources: TimeSources) {
    super();
    this.timer = setInterval(() => this.measureSoon(), MEASURED_EVERY_MS).unref();
  }

  /** The clock of this database. */
  static of(orm: MikroORM): Promise<DatabaseClock> {
    const connection = orm.em.getConnection() as PostgreSqlConnection;
    return DatabaseClock.from({
      database: async (work) => {
        const client = await (await connection.getNativeClient()).connect();
        let failure: Error | undefined;
        try {
          await work(async () => Number((await client.query<{ now: string }>(QUESTION)).rows[0]?.now));
        } catch (error) {
          failure = error as Error;
          throw error;
        } finally {
          client.release(failure);
        }
      },
      elapsed: () => performance.now(),
      machine: () => Date.now(),
    });
  }

  /** Resolves when the offset is measured. */
  static async from(sources: TimeSources): Promise<DatabaseClock> {
    const clock = new DatabaseClock(sources);
    try {
      await clock.measure();
    } catch (error) {
      clock.onApplicationShutdown();
      throw error;
    }
    return clock;
  }

  now(): Date {
    const { elapsed, machine } = this.sources;
    const run = elapsed();
    if (Math.abs(machine() - run - this.machineBegan) > STEP_MS) this.measureSoon();
    const moment = this.began + run;
    if (moment > this.latest || this.latest - moment > MOST_WAITED_MS) this.latest = moment;
    return new Date(this.latest);
  }

  elapsed(): number {
    return this.sources.elapsed();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** While the database does not answer, the offset stays. */
  private measureSoon(): void {
    if (this.isMeasuring) return;
    this.isMeasuring = true;
    this.measure()
      .catch(() => undefined)
      .finally(() => {
        this.isMeasuring = false;
      });
  }

  private async measure(): Promise<void> {
    const { database, elapsed, machine } = this.sources;
    let [quickest, began] = [Number.POSITIVE_INFINITY, 0];
    await database(async (ask) => {
      for (let sample = 1; sample <= SAMPLES; sample += 1) {
        const asked = elapsed();
        const answer = await ask();
        const arrived = elapsed();
        if (arrived - asked >= quickest) continue;
        quickest = arrived - asked;
        began = answer - (asked + arrived) / 2;
      }
    });
    this.began = began;
    this.machineBegan = machine() - elapsed();
    const ahead = this.machineBegan - this.began;
    if (this.hasSaid || Math.abs(ahead) < WORTH_A_WORD_MS) return;
    this.hasSaid = true;
    this.logger.warn(
      `The clock of this machine is ${Math.abs(ahead / 1000).toFixed(1)} s ${ahead > 0 ? 'ahead of' : 'behind'} the database's, which counts`,
    );
  }
}
