import type { EntityManager, FilterQuery } from '@mikro-orm/core';
import { EntityRows } from '../../../database/entity-rows.ts';
import type { KeptStatements } from '../../../database/kept-statements.ts';
import { keptStatements } from '../../../database/statements-of.ts';
import { secondsAfter } from '../../../shared/clock.ts';
import { type Completion, ImageWorkRepository, type TimeSpan, type WaitingJob } from '../../application/ports.ts';
import { ImageJob, LONGEST_PAUSE_SECONDS } from '../../domain/image-job.ts';
import type { ImageResult, Output } from '../../domain/output.ts';
import { BatchEnds } from './batch-ends.ts';
import { JobEndings } from './job-endings.ts';

const CLAIM = `
  update image_jobs
  set status = 'processing', attempt = attempt + 1, version = version + 1, started_at = coalesce(started_at, ?), alive_at = ?
  where id = ? and status = 'pending' and (available_at <= ? or available_at > ?) returning `;
const RUNNING = "where id = ? and status = 'processing' and attempt = ?";
const KEEP_ALIVE = `update image_jobs set alive_at = ? ${RUNNING}`;
const RELEASE = `
  update image_jobs set status = 'pending', available_at = ?, crashes = ?, version = version + 1 ${RUNNING}`;
const EXCUSE = `
  update image_jobs set status = 'pending', available_at = ?, excused = excused + 1, version = version + 1 ${RUNNING}`;
const FORGET = `
  delete from image_jobs where id in (
    select id from image_jobs
    where (status = 'failed' and completed_at <= ?) or (status = 'expired' and download_expires_at <= ?) limit ?)`;
/** Jobs that a sweep reads at a time. */
const READ_AT_ONCE = 500;

/** Image jobs as work, in the database. What every job needs is kept statements; what sweeps look for is the ORM's. */
export class MikroOrmImageWorkRepository extends ImageWorkRepository {
  private readonly statements: KeptStatements;
  private readonly rows: EntityRows<ImageJob>;
  private readonly claimById: string;
  private readonly batches: BatchEnds;

  constructor(
    private readonly em: EntityManager,
    private readonly endings = new JobEndings(),
  ) {
    super();
    this.statements = keptStatements(em);
    this.rows = new EntityRows(em, ImageJob);
    this.claimById = CLAIM + this.rows.columns;
    this.batches = new BatchEnds(em, endings);
  }

  async claim(id: string, now: Date): Promise<ImageJob | null> {
    const [row] = await this.statements.rows<object>(this.claimById, [now, now, id, now, tooFarAhead(now)]);
    return row ? this.rows.object(row) : null;
  }

  async keepAlive(id: string, attempt: number, now: Date): Promise<boolean> {
    return (await this.statements.change(KEEP_ALIVE, [now, id, attempt])) === 1;
  }

  complete(job: ImageJob, { outputs, ...when }: Completion): Promise<boolean> {
    const keptBytes = sumOf(outputs, ({ bytes }) => bytes);
    const processingMs = sumOf(outputs, (result) => result.processingMs);
    return this.end(job, { status: 'completed', outputs, keptBytes, processingMs, ...when });
  }

  fail(job: ImageJob, outputs: readonly Output[], now: Date): Promise<boolean> {
    return this.end(job, { status: 'failed', outputs, completedAt: now, keptBytes: 0 });
  }

  async release(id: string, attempt: number, availableAt: Date, crashes: number): Promise<boolean> {
    return (await this.statements.change(RELEASE, [availableAt, crashes, id, attempt])) === 1;
  }

  async excuse(id: string, attempt: number, availableAt: Date): Promise<boolean> {
    return (await this.statements.change(EXCUSE, [availableAt, id, attempt])) === 1;
  }

  abandoned(span?: TimeSpan): AsyncIterable<ImageJob> {
    const silent = span && { $or: [{ aliveAt: { $lt: span.from } }, { aliveAt: { $gt: span.to } }] };
    return this.inTurn({ status: 'processing', ...silent }, 'aliveAt');
  }

  findWaiting(now: Date, limit: number): Promise<WaitingJob[]> {
    const available = [{ availableAt: { $lte: now } }, { availableAt: { $gt: tooFarAhead(now) } }];
    const where: FilterQuery<ImageJob> = { status: 'pending', $or: available };
    const order = { queueRank: 'asc', createdAt: 'asc', id: 'asc' } as const;
    return this.em.fork().find(ImageJob, where, { fields: ['id', 'attempt', 'queueRank'], orderBy: order, limit });
  }

  expired(now: Date): AsyncIterable<ImageJob> {
    return this.inTurn({ status: 'completed', downloadExpiresAt: { $lte: now } }, 'downloadExpiresAt');
  }

  markExpired(job: ImageJob): Promise<boolean> {
    return this.end(job, { status: 'expired', keptBytes: 0 });
  }

  forget(endedBefore: Date, limit: number): Promise<number> {
    return this.statements.change(FORGET, [endedBefore, endedBefore, limit]);
  }

  findAll(ids: readonly string[]): Promise<ImageJob[]> {
    return this.em.fork().find(ImageJob, { id: { $in: [...ids] } });
  }

  /** Goes on behind the last one that was read: what cannot be dealt with is not met again before the next sweep. */
  private async *inTurn(where: FilterQuery<ImageJob>, by: 'aliveAt' | 'downloadExpiresAt'): AsyncGenerator<ImageJob> {
    const options = { orderBy: { [by]: 'asc', id: 'asc' }, limit: READ_AT_ONCE } as const;
    let behind: FilterQuery<ImageJob> = {};
    for (;;) {
      const jobs: ImageJob[] = await this.em.fork().find(ImageJob, { $and: [where, behind] }, options);
      yield* jobs;
      const last = jobs.at(-1);
      if (!last || jobs.length < READ_AT_ONCE) return;
      behind = { $or: [{ [by]: { $gt: last[by] } }, { [by]: last[by], id: { $gt: last.id } }] };
    }
  }

  /** The change that makes a job final, under the attempt and from the state that it is in, with all that follows. */
  private async end(job: ImageJob, change: Partial<ImageJob>): Promise<boolean> {
    const { sql, values } = this.rows.assignments(change);
    const ending = `update image_jobs set ${sql}, version = version + 1 where id = ? and status = ? and attempt = ?`;
    const all = [...values, job.id, job.status, job.attempt];
    const following = this.endings.of(job.changed(change));
    const statements = following.map(({ statement }) => statement);
    const told = await this.batches.ending(
      job,
      (on) => on.changeFollowed(ending, all, statements),
      (written) => written !== null,
    );
    for (const [n, texts] of (told ?? []).entries()) following[n]?.ending.written?.(texts);
    return told !== null;
  }
}

/** Nobody is put off beyond this moment. */
function tooFarAhead(now: Date): Date {
  return secondsAfter(now, LONGEST_PAUSE_SECONDS);
}

/** A figure of all results together. */
function sumOf(outputs: readonly Output[], figure: (result: ImageResult) => number): number {
  return outputs.reduce((sum, { result }) => sum + (result ? figure(result) : 0), 0);
}
