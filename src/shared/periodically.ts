import { Logger } from '@nestjs/common';

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

  /** Resolves when the run that is under way is over; none follows. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.running;
  }

  private async run(): Promise<void> {
    try {
      await this.task();
    } catch (error) {
      this.logger.error({ err: error }, `${this.name} failed; it is tried again in ${this.seconds} s`);
    }
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      this.running = this.run();
    }, this.seconds * 1000);
    this.timer.unref();
  }
}
