import type { EntityManager, FilterQuery } from '@mikro-orm/core';
import { ImageJob } from '../domain/image-job.ts';
import { CostlyFigure } from './costly-figure.ts';

/** A place in the queue: waiting jobs are ordered by creation. */
type Place = Pick<ImageJob, 'id' | 'createdAt'>;

/** So many jobs lie between two milestones. */
const STRIDE = 1000;
const MILESTONES = `
  select id from (
    select id, row_number() over (order by created_at, id) as place from image_jobs where status = 'pending'
  ) queue where place % ${STRIDE} = 0`;

/** Counts the jobs that wait before another: in a long queue from its milestones, which are looked up now and then. */
export class WaitingQueue {
  private readonly milestones = new CostlyFigure(findMilestones, ({ length }) => length * STRIDE);

  async countBefore(job: Place, em: EntityManager): Promise<number> {
    const { value } = await this.milestones.get(em);
    const passed = value.filter(({ createdAt }) => createdAt < job.createdAt);
    const latest = passed.at(-1);
    const rest: FilterQuery<ImageJob>[] = [waitingBefore(job)];
    if (latest) rest.push({ createdAt: { $gt: latest.createdAt } });
    return passed.length * STRIDE + (await em.count(ImageJob, { $and: rest }));
  }
}

/** The jobs that wait before another. What is said of `createdAt` twice lets an index begin there. */
export function waitingBefore({ createdAt, id }: Place) {
  const earlier = { $or: [{ createdAt: { $lt: createdAt } }, { createdAt, id: { $lt: id } }] };
  return { status: 'pending' as const, $and: [{ createdAt: { $lte: createdAt } }, earlier] };
}

/** The places of every thousandth job, the oldest first. */
async function findMilestones(em: EntityManager): Promise<readonly Place[]> {
  const found = (await em.getConnection().execute(MILESTONES)) as { id: string }[];
  if (found.length === 0) return [];
  const ids = found.map(({ id }) => id);
  const order = { createdAt: 'asc', id: 'asc' } as const;
  return em.find(ImageJob, { id: { $in: ids } }, { fields: ['id', 'createdAt'], orderBy: order });
}
