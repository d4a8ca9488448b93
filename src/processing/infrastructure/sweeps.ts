import type { Settings } from '../../settings/settings.ts';
import { type Clock, secondsAfter } from '../../shared/clock.ts';
import { Periodically } from '../../shared/periodically.ts';
import type { EraseExpiredImages } from '../application/erase-expired-images.ts';
import type { RemoveOrphanFiles } from '../application/remove-orphan-files.ts';
import type { ResumeUnfinishedWork } from '../application/resume-unfinished-work.ts';

/** What is repaired and cleaned up again and again; several workers may do it at once. */
export class Sweeps {
  private readonly all: Periodically[];

  constructor(
    expired: EraseExpiredImages,
    resume: ResumeUnfinishedWork,
    orphans: RemoveOrphanFiles,
    clock: Clock,
    { jobs }: Settings,
  ) {
    this.all = [
      new Periodically('Erasing expired images', jobs.sweepSeconds, () => expired.execute()),
      new Periodically('Resuming lost work', jobs.sweepSeconds, () => resume.execute()),
      new Periodically('Removing orphan files', jobs.orphanSeconds, () =>
        orphans.execute(secondsAfter(clock.now(), -jobs.orphanSeconds)),
      ),
    ];
  }

  start(): void {
    for (const sweep of this.all) sweep.start();
  }

  /** Resolves when those under way are over. */
  async stop(): Promise<void> {
    for (const sweep of this.all) await sweep.stop();
  }
}
