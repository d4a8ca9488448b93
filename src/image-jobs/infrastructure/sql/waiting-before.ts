import type { ImageJob } from '../../domain/image-job.ts';

/** So many jobs before a job are looked at. */
export const JOBS_SEEN = 100;

/** What waits before a job: all of it, or the nearest hundred. */
export interface WaitingBefore {
  readonly jobs: number;
  /** Of their sources. */
  readonly pixels: number;
}

/** Selects what waits before the row of `image_jobs` that a statement reads or writes, as `noteWaitingBefore` takes it. */
export const WAITING_BEFORE = waitingBefore('image_jobs.queue_rank, image_jobs.created_at, image_jobs.id');

/** Selects what waits before a place in the queue: a rank, a moment, and an id among those of that moment. */
export function waitingBefore(place: string): string {
  return `(
  select count(*) || ' ' || coalesce(sum(pixels), 0) from (
    select cast(earlier.source_width as bigint) * earlier.source_height * earlier.source_frames as pixels
    from image_jobs earlier
    where earlier.status = 'pending' and (earlier.queue_rank, earlier.created_at, earlier.id) < (${place})
    order by earlier.queue_rank desc, earlier.created_at desc, earlier.id desc limit ${JOBS_SEEN}
  ) nearest)`;
}

/** Known of jobs for as long as somebody holds them. */
const known = new WeakMap<ImageJob, WaitingBefore>();

/** Notes what waited before a job when its row was read, so that whoever shows it need not ask once more; gives it back. */
export function noteWaitingBefore(job: ImageJob, selected: string): WaitingBefore {
  const [jobs, pixels] = selected.split(' ').map(Number) as [number, number];
  const waiting = { jobs, pixels };
  known.set(job, waiting);
  return waiting;
}

/** What waited before a job when it was read; undefined of one that was read otherwise. */
export function notedWaitingBefore(job: ImageJob): WaitingBefore | undefined {
  return known.get(job);
}
