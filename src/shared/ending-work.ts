import type { BeforeApplicationShutdown, OnModuleDestroy } from '@nestjs/common';

/**
 * Work of a process that may end when the process stops. All kinds of it begin to end at the same moment, before Nest.js
 * waits for any of them: so nobody takes more up while another ends, and they have one grace together, not one after another.
 */
export abstract class EndingWork implements OnModuleDestroy, BeforeApplicationShutdown {
  private ended: Promise<void> = Promise.resolve();

  protected constructor(private readonly graceSeconds: number) {}

  onModuleDestroy(): void {
    const grace = setTimeout(() => this.cutShort(), this.graceSeconds * 1000);
    this.ended = this.end().finally(() => clearTimeout(grace));
    // Whoever waits for it is told when its turn comes.
    this.ended.catch(() => undefined);
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.ended;
  }

  /** Takes up nothing more, at once, and resolves when what is under way is over. */
  protected abstract end(): Promise<void>;
  /** The grace is over: what is under way is given up, and `end` resolves. */
  protected abstract cutShort(): void;
}
