import type { RecheckCaller } from '../../accounts/application/recheck-caller.ts';
import type { Caller } from '../../accounts/domain/caller.ts';
import { imageJobProblems } from '../domain/errors.ts';
import type { ImageJob } from '../domain/image-job.ts';
import type { FindImageJob } from './find-image-jobs.ts';
import type { JobEvents } from './job-events.ts';
import { JobWatch } from './job-watch.ts';
import type { StreamPlaces } from './waiting-places.ts';

/** How long a job is watched at most, in seconds. */
export interface StreamLife {
  readonly streamSeconds: number;
}

/** The states of a job, the present one first; null, and then the end, when it is deleted. */
export type ImageStates = AsyncIterable<ImageJob | null>;

/** Follows a job until it is final, woken by its events; between two of them nothing is held but a place. */
export class WatchImage {
  constructor(
    private readonly find: FindImageJob,
    private readonly recheck: RecheckCaller,
    private readonly events: JobEvents,
    private readonly places: StreamPlaces,
    private readonly life: StreamLife,
  ) {}

  /**
   * Whatever can be refused is refused here; the states then come until the job is final, its stream is too old, the
   * service stops, the caller is shut out or `gone` is aborted, which must happen in the end. Undefined when the caller has seen the final state
   * (`seen` is the version they know).
   * @throws image_not_found, too_many_streams, streams_full
   */
  async execute(caller: Caller, id: string, seen: number | null, gone: AbortSignal): Promise<ImageStates | undefined> {
    // Watched before it is read: what happens in between is told.
    const watch = new JobWatch(this.events, id.toLowerCase());
    const end = () => watch.end();
    const leave = this.places.take(caller, end);
    const timer = setTimeout(end, this.life.streamSeconds * 1000);
    const clear = () => {
      clearTimeout(timer);
      leave?.();
      end();
    };
    gone.addEventListener('abort', clear, { once: true });
    if (gone.aborted) clear();
    try {
      if (!leave) throw this.refusal(caller);
      const job = await this.find.execute(caller, id);
      const final = job.finalVersion();
      if (final === null || seen === null || seen < final) return this.states(watch, caller, job);
    } catch (error) {
      clear();
      throw error;
    }
    clear();
    return undefined;
  }

  private async *states(watch: JobWatch, caller: Caller, first: ImageJob): ImageStates {
    let job: ImageJob | null = first;
    yield job;
    while (job && !job.isFinal()) {
      await watch.changed();
      if (watch.isOver || !(await this.recheck.execute(caller))) return;
      const latest: ImageJob | null = await this.find.execute(caller, first.id).catch(nullIfMissing);
      // A change may be told twice.
      if (latest?.version !== job.version) yield latest;
      job = latest;
    }
  }

  private refusal({ limitOwner }: Caller) {
    if (this.places.areAllTaken) {
      return imageJobProblems.streamsFull.error('Expected an event stream to be left, found all of them taken', {
        retryAfter: 30,
      });
    }
    return imageJobProblems.tooManyStreams.error(
      `Expected no more event streams at once than ${limitOwner} may open, received one more`,
      { retryAfter: 10 },
    );
  }
}

function nullIfMissing(error: unknown): null {
  if (imageJobProblems.imageNotFound.matches(error)) return null;
  throw error;
}
