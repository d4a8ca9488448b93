import type { EntityManager } from '@mikro-orm/core';
import { ImageJob } from '../../domain/image-job.ts';
import { CostlyFigure } from './costly-figure.ts';

/** A place in the queue: waiting jobs are ordered by creation. */
type Place = Pick<ImageJob, 'id' | 'createdAt'>;

/** What waits before a job. */
interface WaitingBefore {
  readonly jobs: number;
  /** Source pixels, estimated from the nearest jobs when there are many. */
  readonly pixels: number;
}

/** So many jobs lie between two milestones. */
const STRIDE = 1000;
const MILESTONES = `
  select id from (
    select id, row_number() over (order by created_at, id) as place from image_jobs where status = 'pending'
  ) queue where place % ${STRIDE} = 0`;
/** Milestones are kept for so long at least. */
const LEAST_MS = 1000;

/** So many jobs before a job are looked at. */
const JOBS_SEEN = 100;
const COUNTS = `
  select nearest.jobs, nearest.pixels, later.jobs as later_jobs from (
    select count(*) as jobs, sum(pixels) as pixels from (
      select cast(source_width as bigint) * source_height * source_frames as pixels from image_jobs
      where status = 'pending' and (created_at, id) < (?, ?)
      order by created_at desc, id desc limit ${JOBS_SEEN}
    ) seen
  ) nearest, (
    select count(*) as jobs from image_jobs
    where status = 'pending' and (created_at, id) < (?, ?) and (created_at, id) > (?, ?)
  ) later`;
/** Before every job. */
const BEGINNING: Place = { createdAt: new Date(0), id: '00000000-0000-0000-0000-000000000000' };

/** Counts the jobs that wait before another: in a long queue from its milestones, which are looked up now and then. */
export class WaitingQueue {
  private readonly milestones = new CostlyFigure(findMilestones, ({ length }) => length * STRIDE, LEAST_MS);

  async before(job: Place, em: EntityManager): Promise<WaitingBefore> {
    const { value } = await this.milestones.get(em);
    const passed = value.filter(({ createdAt }) => createdAt < job.createdAt);
    const place = ({ createdAt, id }: Place) => [em.getPlatform().processDateProperty(createdAt), id];
    const values = [job, job, passed.at(-1) ?? BEGINNING].flatMap(place);
    const [counts] = await em.getConnection().execute(COUNTS, values);
    // PostgreSQL gives large numbers as text, and the sum of nothing is null.
    const [seen, pixels, later] = [counts.jobs, counts.pixels, counts.later_jobs].map(Number) as [
      number,
      number,
      number,
    ];
    if (seen < JOBS_SEEN) return { jobs: seen, pixels };
    const jobs = Math.max(seen, passed.length * STRIDE + later);
    return { jobs, pixels: (pixels / seen) * jobs };
  }
}

/** The places of every thousandth job, the oldest first. */
async function findMilestones(em: EntityManager): Promise<readonly Place[]> {
  const found = (await em.getConnection().execute(MILESTONES)) as { id: string }[];
  if (found.length === 0) return [];
  const ids = found.map(({ id }) => id);
  const order = { createdAt: 'asc', id: 'asc' } as const;
  return em.find(ImageJob, { id: { $in: ids } }, { fields: ['id', 'createdAt'], orderBy: order });
}
