import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import type { Settings } from '../../settings.ts';
import { type Clock, secondsAfter } from '../../shared/clock.ts';
import type { InProcessTaskQueue } from '../../shared/in-process-task-queue.ts';
import { Periodically } from '../../shared/periodically.ts';
import type { EraseExpiredImages } from '../application/erase-expired-images.ts';
import type { ProcessImage } from '../application/process-image.ts';
import type { RemoveOrphanFiles } from '../application/remove-orphan-files.ts';
import type { ResumeUnfinishedWork } from '../application/resume-unfinished-work.ts';
import type { SharpImageTransformer } from './sharp-image-transformer.ts';

/** Files of no job are removed when they are older than this: no upload takes so long. */
const ORPHAN_SECONDS = 3600;

/** The worker of the embedded profile: takes jobs from the queue of its own process, and sweeps. */
export class InProcessWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly sweeps: Periodically[];

  constructor(
    private readonly queue: InProcessTaskQueue,
    private readonly transformer: SharpImageTransformer,
    private readonly processImage: ProcessImage,
    private readonly resume: ResumeUnfinishedWork,
    private readonly orphans: RemoveOrphanFiles,
    expired: EraseExpiredImages,
    private readonly clock: Clock,
    private readonly settings: Settings,
  ) {
    this.sweeps = [
      new Periodically('Erasing expired images', settings.jobs.sweepSeconds, () => expired.execute()),
      new Periodically('Resuming lost work', settings.jobs.sweepSeconds, () => resume.execute()),
      new Periodically('Removing orphan files', ORPHAN_SECONDS, () =>
        orphans.execute(secondsAfter(clock.now(), -ORPHAN_SECONDS)),
      ),
    ];
  }

  /** The only process on its data folder: whatever is unfinished or without a row was left by one that is dead. */
  async onApplicationBootstrap(): Promise<void> {
    await this.transformer.start();
    await this.orphans.execute(this.clock.now());
    await this.resume.afterRestart();
    this.queue.consume((id) => this.processImage.execute(id));
    for (const sweep of this.sweeps) sweep.start();
  }

  /** Running jobs may end; after the grace they are given back to wait for the next start. */
  async beforeApplicationShutdown(): Promise<void> {
    for (const sweep of this.sweeps) await sweep.stop();
    const drained = this.queue.drain();
    const grace = setTimeout(() => void this.transformer.stop(), this.settings.http.shutdownGraceSeconds * 1000);
    await drained;
    clearTimeout(grace);
    await this.transformer.stop();
  }
}
