import type { RecheckCaller } from '../../accounts/application/recheck-caller.ts';
import type { Caller } from '../../accounts/domain/caller.ts';
import { accountProblems } from '../../accounts/domain/errors.ts';
import type { ImageJob } from '../domain/image-job.ts';
import type { FindImageJob } from './find-image-jobs.ts';
import type { JobEvents } from './job-events.ts';
import { JobWatch } from './job-watch.ts';
import type { WaitingPlaces } from './waiting-places.ts';

/** How long to wait at most, and who can end it sooner. */
export interface Patience {
  readonly seconds: number;
  /** Aborted when the one who waits has gone. */
  readonly gone: AbortSignal;
}

/** A job as it was made, and the watch that was kept on it from before. */
export interface WatchedJob {
  readonly job: ImageJob;
  readonly watch: JobWatch;
}

/** Waits until a job is final, woken by its events; between two of them nothing is held but a place. */
export class WaitForImage {
  constructor(
    private readonly find: FindImageJob,
    private readonly recheck: RecheckCaller,
    private readonly events: JobEvents,
    private readonly places: WaitingPlaces,
  ) {}

  /** Begins to watch a job that is yet to be made, so that whoever then waits for it need not look at it first. */
  watch(id: string): JobWatch {
    return new JobWatch(this.events, id.toLowerCase(), ({ unfinished }) => !unfinished);
  }

  /**
   * The job once it is final, or as it is when patience or the service ends; undefined at once when no place is left.
   * @throws image_not_found, also when the job is deleted meanwhile; invalid_token when the caller is shut out meanwhile
   */
  async execute(
    caller: Caller,
    id: string,
    { seconds, gone }: Patience,
    made?: WatchedJob,
  ): Promise<ImageJob | undefined> {
    // Watched before it is read: what happens in between wakes the wait.
    const watch = made?.watch ?? this.watch(id);
    const end = () => watch.end();
    const leave = this.places.take(caller, end);
    const timer = setTimeout(end, seconds * 1000);
    gone.addEventListener('abort', end);
    if (gone.aborted) end();
    try {
      return leave && (await this.finalJob(watch, caller, id, made?.job));
    } finally {
      clearTimeout(timer);
      gone.removeEventListener('abort', end);
      leave?.();
      end();
    }
  }

  private async finalJob(watch: JobWatch, caller: Caller, id: string, made?: ImageJob): Promise<ImageJob> {
    for (let first = made; ; first = undefined) {
      // Once more after the end, so that the answer is the state of that moment.
      const { isOver } = watch;
      const job = first ?? (await this.find.execute(caller, id));
      if (isOver || job.isFinal()) return job;
      await watch.changed();
      await this.assertStillLetIn(caller);
    }
  }

  private async assertStillLetIn(caller: Caller): Promise<void> {
    if (await this.recheck.execute(caller)) return;
    throw accountProblems.invalidToken.error(
      'Expected a session or an API key that lives until the answer, received one that has ended meanwhile',
    );
  }
}
