import { Logger } from '@nestjs/common';
import { type Clock, secondsAfter } from '../../shared/clock.ts';
import { LOOK_SECONDS } from '../../shared/even-time.ts';
import { Periodically } from '../../shared/periodically.ts';
import type { EraseExpiredImages } from '../application/erase-expired-images.ts';
import type { RemoveOrphanFiles } from '../application/remove-orphan-files.ts';
import type { ResumeUnfinishedWork } from '../application/resume-unfinished-work.ts';
import type { ProcessingSettings } from './processing.settings.ts';

/** What is repaired and cleaned up again and again; several workers may do it at once. */
export class Sweeps {
  private readonly logger = new Logger('Sweeps');
  private readonly all: Periodically[];

  constructor(
    expired: EraseExpiredImages,
    private readonly resume: ResumeUnfinishedWork,
    orphans: RemoveOrphanFiles,
    clock: Clock,
    { sweepSeconds, orphanSeconds }: ProcessingSettings,
  ) {
    this.all = [
      new Periodically('Looking at the clock', LOOK_SECONDS, () => resume.lookAtClock()),
      new Periodically('Erasing expired images', sweepSeconds, () => expired.execute()),
      new Periodically('Resuming lost work', sweepSeconds, () => resume.execute()),
      new Periodically('Removing orphan files', orphanSeconds, () =>
        orphans.execute(secondsAfter(clock.now(), -orphanSeconds)),
      ),
    ];
  }

  /**
   * At the start of the only process on its data: whatever is unfinished was left by one that is dead. What cannot be
   * dealt with keeps nobody from starting: the sweeps try it again.
   */
  async afterRestart(): Promise<void> {
    await this.resume
      .afterRestart()
      .catch((error: unknown) =>
        this.logger.error({ err: error }, 'Some of what was left by the process before stays for now'),
      );
  }

  start(): void {
    for (const sweep of this.all) sweep.start();
  }

  /** Resolves when those under way are over, or left. */
  async stop(): Promise<void> {
    await Promise.all(this.all.map((sweep) => sweep.stop()));
  }
}
