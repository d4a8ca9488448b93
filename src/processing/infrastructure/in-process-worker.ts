import { type BeforeApplicationShutdown, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import type { SharpImageTransformer } from '../../imaging/infrastructure/sharp-image-transformer.ts';
import type { Settings } from '../../settings/settings.ts';
import type { Clock } from '../../shared/clock.ts';
import type { InProcessTaskQueue } from '../../shared/in-process-task-queue.ts';
import type { ProcessImage } from '../application/process-image.ts';
import type { RemoveOrphanFiles } from '../application/remove-orphan-files.ts';
import type { ResumeUnfinishedWork } from '../application/resume-unfinished-work.ts';
import type { Sweeps } from './sweeps.ts';

/** The worker of the embedded profile: takes jobs from the queue of its own process, and sweeps. */
export class InProcessWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Worker');

  constructor(
    private readonly queue: InProcessTaskQueue,
    private readonly transformer: SharpImageTransformer,
    private readonly processImage: ProcessImage,
    private readonly resume: ResumeUnfinishedWork,
    private readonly orphans: RemoveOrphanFiles,
    private readonly sweeps: Sweeps,
    private readonly clock: Clock,
    private readonly settings: Settings,
  ) {}

  /** The only process on its data folder: whatever is unfinished or without a row was left by one that is dead. */
  async onApplicationBootstrap(): Promise<void> {
    await this.transformer.start();
    await this.orphans.execute(this.clock.now());
    await this.resume.afterRestart();
    this.queue.consume((id, leave) => this.work(id, leave));
    this.sweeps.start();
  }

  /** Running jobs may end; after the grace they are given back to wait for the next start. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.sweeps.stop();
    const drained = this.queue.drain();
    const grace = setTimeout(() => void this.transformer.stop(), this.settings.http.shutdownGraceSeconds * 1000);
    await drained;
    clearTimeout(grace);
    await this.transformer.stop();
  }

  /** What fails here could not be written down either; the sweep takes the job up again. */
  private async work(id: string, leave: () => void): Promise<void> {
    await this.processImage.execute(id, leave).catch((error: unknown) => {
      this.logger.error({ err: error, jobId: id }, `Job ${id} could not be worked on`);
    });
  }
}
