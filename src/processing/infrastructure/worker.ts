import type { OnApplicationBootstrap } from '@nestjs/common';
import type { ImageTransformer } from '../../imaging/application/ports.ts';
import type { DeploymentSettings, WorkerSettings } from '../../shared/deployment.settings.ts';
import { EndingWork } from '../../shared/ending-work.ts';
import type { HttpSettings } from '../../shared/http/http.settings.ts';
import type { TaskQueue } from '../../shared/tasks/task-queue.ts';
import type { Readiness } from '../../telemetry/readiness.ts';
import type { ProcessImage } from '../application/process-image.ts';
import type { Sweeps } from './sweeps.ts';

/** A worker with nothing to do, beside a queue in which something waits for so long, has lost its queue. */
const IDLE_TOO_LONG_MS = 60_000;

/** The worker of this process, one of many or the only one: takes jobs from the queue, and sweeps. */
export class Worker extends EndingWork implements OnApplicationBootstrap {
  private working = 0;
  private latestMessage = performance.now();

  constructor(
    private readonly queue: TaskQueue,
    private readonly transformer: ImageTransformer,
    private readonly processImage: ProcessImage,
    private readonly sweeps: Sweeps,
    private readonly readiness: Readiness,
    private readonly deployment: DeploymentSettings,
    private readonly settings: WorkerSettings,
    { shutdownGraceSeconds }: HttpSettings,
  ) {
    super(shutdownGraceSeconds);
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.transformer.start();
    if (this.deployment.databaseUrl === null) await this.sweeps.afterRestart();
    this.queue.consume('images', this.settings.concurrency, (id, leave) => this.work(id, leave));
    this.readiness.needs('worker', () => this.check());
    this.sweeps.start();
  }

  protected async end(): Promise<void> {
    await Promise.all([this.queue.drain('images'), this.sweeps.stop()]);
    await this.transformer.stop();
  }

  /** Running jobs are given back, for another worker or the next start. */
  protected cutShort(): void {
    void this.transformer.stop();
  }

  private async work(id: string, leave: () => void): Promise<void> {
    this.latestMessage = performance.now();
    this.working += 1;
    try {
      await this.processImage.execute(id, leave);
    } finally {
      this.working -= 1;
      this.latestMessage = performance.now();
    }
  }

  /** Rejects when messages wait and none reaches this worker, though it has nothing to do. */
  private async check(): Promise<void> {
    const idle = this.working === 0 && performance.now() - this.latestMessage > IDLE_TOO_LONG_MS;
    if (idle && (await this.queue.depth('images')) > 0) throw new Error('Messages wait, and none reaches this worker');
  }
}
