/** Works on one task; calls `leave` when another one may begin, though the task goes on. It handles its own failures. */
type TaskHandler = (leave: () => void) => Promise<void>;

/**
 * Tasks under way. One that leaves its place early still stores what it has made: so no child process stands idle
 * meanwhile. As many may do so at once as there are places; beyond that a task holds its place to its end.
 */
export class RunningTasks {
  private readonly tasks = new Set<Promise<void>>();
  private left = 0;

  constructor(private readonly places: number) {}

  /** Tasks that have not ended. */
  get size(): number {
    return this.tasks.size;
  }

  /** Begins a task, and resolves when its place is free. */
  async begin(handler: TaskHandler): Promise<void> {
    const place = Promise.withResolvers<void>();
    let hasLeft = false;
    const task = handler(() => {
      if (hasLeft || this.left === this.places) return;
      hasLeft = true;
      this.left += 1;
      place.resolve();
    });
    const ended = task.finally(() => {
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
