import { Logger } from '@nestjs/common';
import type { TaskHandler } from './task-queue.ts';

/**
 * Tasks under way. One that leaves its place early still stores what it has made: so no child process stands idle
 * meanwhile. As many may do so at once as there are places; beyond that a task holds its place to its end.
 */
export class RunningTasks {
  private readonly logger = new Logger('TaskQueue');
  private readonly tasks = new Set<Promise<void>>();
  private left = 0;

  constructor(
    private readonly places: number,
    private readonly handler: TaskHandler,
  ) {}

  /** Begins a task, and resolves when its place is free. One that fails is logged, and left to the sweep. */
  async run(id: string): Promise<void> {
    const place = Promise.withResolvers<void>();
    let hasLeft = false;
    const leave = () => {
      if (hasLeft || this.left === this.places) return;
      hasLeft = true;
      this.left += 1;
      place.resolve();
    };
    const ended = this.handler(id, leave)
      .catch((error: unknown) => this.logger.error({ err: error, taskId: id }, `The task ${id} failed`))
      .finally(() => {
        this.tasks.delete(ended);
        if (hasLeft) this.left -= 1;
        place.resolve();
      });
    this.tasks.add(ended);
    await place.promise;
  }

  /** Resolves when all have ended, those too that begin meanwhile. */
  async ended(): Promise<void> {
    while (this.tasks.size > 0) await Promise.all(this.tasks);
  }
}
