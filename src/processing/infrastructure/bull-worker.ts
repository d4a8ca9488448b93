import { type BeforeApplicationShutdown, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import type { SharpImageTransformer } from '../../imaging/infrastructure/sharp-image-transformer.ts';
import type { Settings } from '../../settings/settings.ts';
import type { BullTaskQueue } from '../../shared/redis/bull-task-queue.ts';
import { RunningTasks } from '../../shared/running-tasks.ts';
import type { Readiness } from '../../telemetry/readiness.ts';
import type { ProcessImage } from '../application/process-image.ts';
import type { Sweeps } from './sweeps.ts';

/** A worker with nothing to do, beside a queue in which something waits for so long, has lost its queue. */
const IDLE_TOO_LONG_MS = 60_000;

/** A worker of the production profile, one of many: takes jobs from the queue in Redis, and sweeps. */
export class BullWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Worker');
  private readonly running: RunningTasks;
  private latestMessage = Date.now();

  constructor(
    private readonly queue: BullTaskQueue,
    private readonly transformer: SharpImageTransformer,
    private readonly processImage: ProcessImage,
    private readonly sweeps: Sweeps,
    private readonly readiness: Readiness,
    private readonly settings: Settings,
  ) {
    this.running = new RunningTasks(settings.worker.concurrency);
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.transformer.start();
    this.readiness.needs('worker', () => this.check());
    this.sweeps.start();
  }

  /** Works on the job of one message; the message is done with whatever becomes of the job. */
  async work(id: string): Promise<void> {
    this.latestMessage = Date.now();
    await this.running.begin((leave) =>
      this.processImage.execute(id, leave).catch((error: unknown) => {
        // What fails here could not be written down either; the sweep takes the job up again.
        this.logger.error({ err: error, jobId: id }, `Job ${id} could not be worked on`);
      }),
    );
    this.latestMessage = Date.now();
  }

  /** Takes no more messages, and resolves when the running jobs are done. */
  async drain(): Promise<void> {
    await this.queue.pause();
    await this.running.ended();
  }

  /** Rejects when messages wait and none reaches this worker, though it has nothing to do. */
  private async check(): Promise<void> {
    const idle = this.running.size === 0 && Date.now() - this.latestMessage > IDLE_TOO_LONG_MS;
    if (idle && (await this.queue.depth()) > 0) throw new Error('Messages wait, and none reaches this worker');
  }

  /** Running jobs may end; after the grace they are given back, and another worker takes them up. */
  async beforeApplicationShutdown(): Promise<void> {
    const drained = this.drain();
    await this.sweeps.stop();
    const grace = setTimeout(() => void this.transformer.stop(), this.settings.http.shutdownGraceSeconds * 1000);
    await drained;
    clearTimeout(grace);
    await this.transformer.stop();
  }
}
