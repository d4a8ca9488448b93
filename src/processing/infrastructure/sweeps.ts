import type { Settings } from '../../settings.ts';
import { type Clock, secondsAfter } from '../../shared/clock.ts';
import { Periodically } from '../../shared/periodically.ts';
import type { EraseExpiredImages } from '../application/erase-expired-images.ts';
import type { RemoveOrphanFiles } from '../application/remove-orphan-files.ts';
import type { ResumeUnfinishedWork } from '../application/resume-unfinished-work.ts';

/** Files of no job are removed when they are older than this: no upload takes so long. */
const ORPHAN_SECONDS = 3600;

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
      new Periodically('Removing orphan files', ORPHAN_SECONDS, () =>
        orphans.execute(secondsAfter(clock.now(), -ORPHAN_SECONDS)),
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
