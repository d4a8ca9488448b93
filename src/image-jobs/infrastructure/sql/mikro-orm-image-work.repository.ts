import { type EntityManager, type FilterQuery } from '@mikro-orm/core';
import { type Completion, ImageWorkRepository } from '../../application/ports.ts';
import { ImageJob, type JobError } from '../../domain/image-job.ts';

/** Written out, as `returning` gives the job at once: the entity manager would read it before and after. */
const CLAIM = `
  update image_jobs
  set status = 'processing', attempt = attempt + 1, version = version + 1, started_at = coalesce(started_at, ?), alive_at = ?
  where id = ? and status = 'pending' and available_at <= ?
  returning *`;
/** How many abandoned jobs one sweep takes up. */
const SWEPT_AT_ONCE = 1000;

/** Image jobs as work, in the database. Each change is one statement, on an entity manager of its own. */
export class MikroOrmImageWorkRepository extends ImageWorkRepository {
  constructor(private readonly em: EntityManager) {
    super();
  }

  async claim(id: string, now: Date): Promise<ImageJob | null> {
    const [row] = await this.em.getConnection().execute(CLAIM, [now, now, id, now]);
    return row ? this.em.fork().map(ImageJob, row) : null;
  }

  async keepAlive(id: string, attempt: number, now: Date): Promise<boolean> {
    return this.updateRunning(id, attempt, { aliveAt: now });
  }

  complete(
    id: string,
    attempt: number,
    { result, warnings, completedAt, downloadExpiresAt }: Completion,
  ): Promise<boolean> {
    const keptBytes = result.bytes;
    return this.updateRunning(id, attempt, {
      status: 'completed',
      result,
      warnings,
      completedAt,
      downloadExpiresAt,
      keptBytes,
    });
  }

  fail(id: string, attempt: number, error: JobError, now: Date): Promise<boolean> {
    return this.updateRunning(id, attempt, { status: 'failed', error, completedAt: now, keptBytes: 0 });
  }

  release(id: string, attempt: number, availableAt: Date, crashes: number): Promise<boolean> {
    return this.updateRunning(id, attempt, { status: 'pending', availableAt, crashes });
  }

  findAbandoned(aliveBefore: Date): Promise<ImageJob[]> {
    return this.em
      .fork()
      .find(ImageJob, { status: 'processing', aliveAt: { $lt: aliveBefore } }, { limit: SWEPT_AT_ONCE });
  }

  findWaiting(now: Date, limit: number): Promise<Pick<ImageJob, 'id' | 'attempt'>[]> {
    const where: FilterQuery<ImageJob> = { status: 'pending', availableAt: { $lte: now } };
    const order = { createdAt: 'asc', id: 'asc' } as const;
    return this.em.fork().find(ImageJob, where, { fields: ['id', 'attempt'], orderBy: order, limit });
  }

  findExpired(now: Date, limit: number): Promise<ImageJob[]> {
    return this.em.fork().find(ImageJob, { status: 'completed', downloadExpiresAt: { $lte: now } }, { limit });
  }

  async markExpired(id: string): Promise<boolean> {
    const expired = { status: 'expired' as const, keptBytes: 0 };
    return (await this.em.fork().nativeUpdate(ImageJob, { id, status: 'completed' }, expired)) === 1;
  }

  async forget(endedBefore: Date): Promise<void> {
    await this.em.fork().nativeDelete(ImageJob, {
      $or: [
        { status: 'failed', completedAt: { $lte: endedBefore } },
        { status: 'expired', downloadExpiresAt: { $lte: endedBefore } },
      ],
    });
  }

  findAll(ids: readonly string[]): Promise<ImageJob[]> {
    return this.em.fork().find(ImageJob, { id: { $in: [...ids] } });
  }

  private async updateRunning(id: string, attempt: number, change: object): Promise<boolean> {
    return (await this.em.fork().nativeUpdate(ImageJob, { id, status: 'processing', attempt }, change)) === 1;
  }
}
