import type { EntityManager, FilterQuery } from '@mikro-orm/core';
import { PostgreSqlPlatform } from '@mikro-orm/postgresql';
import DataLoader from 'dataloader';
import {
  type Admission,
  type AdmissionLimits,
  ImageJobRepository,
  type ListPosition,
  type ListQuery,
} from '../../application/ports.ts';
import { ImageJob, type ImageStatus } from '../../domain/image-job.ts';
import { CostlyFigure } from './costly-figure.ts';

const ACTIVE: ImageStatus[] = ['pending', 'processing'];
const KEEPING: ImageStatus[] = [...ACTIVE, 'completed'];
/** Most jobs that one statement looks for. */
const FOUND_AT_ONCE = 500;
const OWN_TOTALS = `
  select sum(case when status in (?, ?) then 1 else 0 end) as active, sum(kept_bytes) as kept
  from image_jobs where owner_key = ? and status in (?, ?, ?)`;
/** More jobs than the processes together can be adding at one moment, and in a millisecond. */
const ADDED_AT_ONCE = 1000;
const ADDED_IN_MS = 2;

/** Image jobs in the database. Each method is one statement or one transaction, on an entity manager of its own. */
export class MikroOrmImageJobRepository extends ImageJobRepository {
  /** Whether the database runs transactions side by side. */
  private readonly concurrent: boolean;
  private readonly active = new CostlyFigure(countActive, (jobs) => jobs);

  private readonly wanted = new DataLoader((ids: readonly string[]) => this.findAll(ids), {
    cache: false,
    maxBatchSize: FOUND_AT_ONCE,
    batchScheduleFn: setImmediate,
  });

  constructor(private readonly em: EntityManager) {
    super();
    this.concurrent = em.getPlatform() instanceof PostgreSqlPlatform;
  }

  /**
   * SQLite runs one transaction at a time, so what is counted in it still holds when the job is added. PostgreSQL runs
   * many: those of one owner wait for each other, and near the queue's limit all do.
   */
  add(job: ImageJob, limits: AdmissionLimits): Promise<Admission> {
    return this.em.fork().transactional(async (em) => {
      await this.alone(em, job.ownerKey);
      if (await this.isQueueFull(em, limits.queue)) return 'queue_full';
      const { active, kept } = await this.totalsOf(em, job.ownerKey);
      if (active >= limits.activeJobs) return 'too_many_jobs';
      if (kept + job.keptBytes > limits.keptBytes) return 'too_many_bytes';
      await em.insert(ImageJob, job);
      return 'added';
    });
  }

  /** What is asked for at the same moment, by many who poll or were woken, is read by one statement. */
  find(id: string): Promise<ImageJob | null> {
    return this.wanted.load(id);
  }

  async list(accountId: string, { status, after, before, limit, now, endedAfter }: ListQuery): Promise<ImageJob[]> {
    const where: FilterQuery<ImageJob>[] = [{ accountId }, remembered(endedAfter)];
    if (status) where.push(presented(status, now));
    if (after) where.push(beyond(after, '$lt'));
    if (before) where.push(beyond(before, '$gt'));
    const direction = before ? 'asc' : 'desc';
    const jobs = await this.em
      .fork()
      .find(ImageJob, { $and: where }, { orderBy: { createdAt: direction, id: direction }, limit });
    return before ? jobs.reverse() : jobs;
  }

  async idsOf(accountId: string): Promise<string[]> {
    const jobs = await this.em.fork().find(ImageJob, { accountId }, { fields: ['id'] });
    return jobs.map(({ id }) => id);
  }

  async recordFirstDownload(id: string, downloadedAt: Date, downloadExpiresAt: Date): Promise<boolean> {
    const first = { id, status: 'completed' as const, downloadedAt: null };
    return (await this.em.fork().nativeUpdate(ImageJob, first, { downloadedAt, downloadExpiresAt })) === 1;
  }

  async remove(id: string): Promise<boolean> {
    return (await this.em.fork().nativeDelete(ImageJob, { id })) === 1;
  }

  /** The statement that every poll asks: it is written out, since `find` takes four times the CPU to write the same. */
  private async findAll(ids: readonly string[]): Promise<(ImageJob | null)[]> {
    const wanted = [...new Set(ids)];
    const sql = `select * from image_jobs where id in (${wanted.map(() => '?')})`;
    const rows = (await this.em.getConnection().execute(sql, wanted)) as { id: string }[];
    const em = this.em.fork();
    const byId = new Map(rows.map((row) => [row.id, em.map(ImageJob, row)]));
    return ids.map((id) => byId.get(id) ?? null);
  }

  private async isQueueFull(em: EntityManager, limit: number): Promise<boolean> {
    const { value, ageMs } = await this.active.get(em);
    if (value + ADDED_AT_ONCE + ageMs * ADDED_IN_MS < limit) return false;
    await this.alone(em, 'queue');
    return (await countActive(em)) >= limit;
  }

  /** Jobs of an owner that wait or run, and bytes that are kept of all of them. */
  private async totalsOf(em: EntityManager, ownerKey: string): Promise<{ active: number; kept: number }> {
    const [totals] = await em
      .getConnection()
      .execute(OWN_TOTALS, [...ACTIVE, ownerKey, ...KEEPING], 'all', em.getTransactionContext());
    // Sums come as text from PostgreSQL, and as null of no rows.
    return { active: Number(totals.active), kept: Number(totals.kept) };
  }

  /** Waits until no other transaction holds this name, and holds it until this one ends. */
  private async alone(em: EntityManager, name: string): Promise<void> {
    if (!this.concurrent) return;
    await em
      .getConnection()
      .execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [name], 'run', em.getTransactionContext());
  }
}

function countActive(em: EntityManager): Promise<number> {
  return em.count(ImageJob, { status: { $in: ACTIVE } });
}

/** Jobs whose record is not over. */
function remembered(endedAfter: Date): FilterQuery<ImageJob> {
  return {
    $or: [
      { status: { $in: ACTIVE } },
      { status: 'failed', completedAt: { $gt: endedAfter } },
      { status: { $in: ['completed', 'expired'] }, downloadExpiresAt: { $gt: endedAfter } },
    ],
  };
}

/** Jobs that show this status at this moment, as `ImageJob.statusAt` says. */
function presented(status: ImageStatus, now: Date): FilterQuery<ImageJob> {
  if (status === 'completed') return { status, downloadExpiresAt: { $gt: now } };
  if (status === 'expired') return { $or: [{ status }, { status: 'completed', downloadExpiresAt: { $lte: now } }] };
  return { status };
}

/** What the first condition says again lets an index begin there. */
function beyond({ createdAt, id }: ListPosition, side: '$lt' | '$gt'): FilterQuery<ImageJob> {
  const here = { createdAt: { [`${side}e`]: createdAt } };
  return { $and: [here, { $or: [{ createdAt: { [side]: createdAt } }, { createdAt, id: { [side]: id } }] }] };
}
