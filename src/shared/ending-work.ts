import { type BeforeApplicationShutdown, Logger, type OnModuleDestroy } from '@nestjs/common';
import { endsWithin } from './ends-within.ts';

/** How long after its grace what was cut short may take to give back what it holds. */
const GIVING_BACK_SECONDS = 3;

/**
 * Work of a process that may end when the process stops. All kinds of it begin to end at the same moment, before Nest.js
 * waits for any of them: so nobody takes more up while another ends, and they have one grace together, not one after another.
 * What does not end even then, since the store or the database is silent, is left as a crash would leave it.
 */
export abstract class EndingWork implements OnModuleDestroy, BeforeApplicationShutdown {
  private ended: Promise<void> = Promise.resolve();

  protected constructor(private readonly graceSeconds: number) {}

  onModuleDestroy(): void {
    const grace = setTimeout(() => this.cutShort(), this.graceSeconds * 1000);
    this.ended = this.endOrLeave().finally(() => clearTimeout(grace));
    // Whoever waits for it is told when its turn comes.
    this.ended.catch(() => undefined);
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.ended;
  }

  private async endOrLeave(): Promise<void> {
    if (await endsWithin(this.graceSeconds + GIVING_BACK_SECONDS, this.end())) return;
    new Logger('Shutdown').warn('Some work does not end, and is left to another process or the next start');
  }

  /** Takes up nothing more, at once, and resolves when what is under way is over. */
  protected abstract end(): Promise<void>;
  /** The grace is over: what is under way is given up, and `end` soon resolves. */
  protected abstract cutShort(): void;
}
