import { type BeforeApplicationShutdown, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { endsWithin } from './ends-within.ts';

/** How long stopping waits for the run that is under way. */
const STOP_SECONDS = 3;

/** Runs a task at once and then again and again, with a pause between; never twice at a time. */
export class Periodically {
  private readonly logger = new Logger('Periodically');
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(
    private readonly name: string,
    private readonly seconds: number,
    private readonly task: () => Promise<void>,
  ) {}

  start(): void {
    this.running = this.run();
  }

  /**
   * Resolves when the run that is under way is over; none follows. One that takes long, or waits for a store that is
   * silent, is left as a crash would leave it: the next process goes on with it.
   */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await endsWithin(STOP_SECONDS, this.running);
  }

  private async run(): Promise<void> {
    try {
      await this.task();
    } catch (error) {
      // The process is ending beneath it.
      if (this.stopped) return;
      this.logger.error({ err: error }, `${this.name} failed; it is tried again in ${this.seconds} s`);
    }
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      this.running = this.run();
    }, this.seconds * 1000);
    this.timer.unref();
  }
}

/** The same as a provider: it goes on as long as its application does. */
export class Sweep extends Periodically implements OnApplicationBootstrap, BeforeApplicationShutdown {
  onApplicationBootstrap(): void {
    this.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.stop();
  }
}
