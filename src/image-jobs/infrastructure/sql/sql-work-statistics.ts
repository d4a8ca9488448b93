import type { EntityManager } from '@mikro-orm/core';
import type { KeptStatements } from '../../../database/kept-statements.ts';
import { keptStatements } from '../../../database/statements-of.ts';
import { type RunningWork, type WorkAhead, WorkStatistics } from '../../application/ports.ts';
import type { ImageJob } from '../../domain/image-job.ts';
import { type Pace, paceOf } from '../../domain/pace.ts';
import { CostlyFigure } from './costly-figure.ts';
import { LongQueue } from './long-queue.ts';
import {
  JOBS_SEEN,
  notedWaitingBefore,
  noteWaitingBefore,
  type WaitingBefore,
  waitingBefore,
} from './waiting-before.ts';

const PIXELS = 'cast(source_width as bigint) * source_height * source_frames as pixels';
/** So many running jobs are looked at. */
const RUNNING = `select id, ${PIXELS}, started_at from image_jobs where status = 'processing' limit 100`;
/** The latest jobs, from which the pace is measured: the whole of each, and its pixel work alone. */
const DONE = `
  select ${PIXELS}, started_at, completed_at, processing_ms from image_jobs
  where status in ('completed', 'expired') and completed_at is not null order by completed_at desc limit 50`;
const BEFORE = `select ${waitingBefore('?, ?, ?')} as waiting_before`;

/** A number or a moment, as the databases give it: large numbers come as text from PostgreSQL. */
type Figure = number | string;

/** Statistics over the job table. What many ask for is looked up at most once a second. */
export class SqlWorkStatistics extends WorkStatistics {
  private readonly statements: KeptStatements;
  private readonly queue: LongQueue;
  private readonly running: CostlyFigure<readonly (RunningWork & { id: string })[]>;
  private readonly latest: CostlyFigure<Pace | null>;

  /** `now` are milliseconds that only grow. */
  constructor(em: EntityManager, now: () => number = () => performance.now()) {
    super();
    this.statements = keptStatements(em);
    this.queue = new LongQueue(this.statements, now);
    this.running = new CostlyFigure(
      () => this.findRunning(),
      ({ length }) => length,
      { now },
    );
    this.latest = new CostlyFigure(
      () => this.measurePace(),
      () => 0,
      { now },
    );
  }

  async ahead(job: ImageJob): Promise<WorkAhead> {
    const nearest = notedWaitingBefore(job) ?? (await this.lookBefore(job));
    const waiting = nearest.jobs < JOBS_SEEN ? nearest.jobs : await this.queue.before(job);
    const waitingPixels = waiting === nearest.jobs ? nearest.pixels : (nearest.pixels / nearest.jobs) * waiting;
    const running = (await this.running.get()).value.filter(({ id }) => id !== job.id);
    return { waiting, waitingPixels, running: running.map(({ pixels, startedAt }) => ({ pixels, startedAt })) };
  }

  async pace(): Promise<Pace | null> {
    return (await this.latest.get()).value;
  }

  private async lookBefore(job: ImageJob): Promise<WaitingBefore> {
    const [row] = await this.statements.rows<{ waiting_before: string }>(BEFORE, [
      job.queueRank,
      job.createdAt,
      job.id,
    ]);
    return noteWaitingBefore(job, row?.waiting_before ?? '0 0');
  }

  private async findRunning(): Promise<readonly (RunningWork & { id: string })[]> {
    const rows = await this.statements.rows<{ id: string; pixels: Figure; started_at: Figure }>(RUNNING, []);
    return rows.map(({ id, pixels, started_at }) => ({ id, pixels: Number(pixels), startedAt: new Date(started_at) }));
  }

  /** From the claim to the result, and no less than the pixel work took. */
  private async measurePace(): Promise<Pace | null> {
    const rows = await this.statements.rows<Record<'pixels' | 'started_at' | 'completed_at' | 'processing_ms', Figure>>(
      DONE,
      [],
    );
    const whole = (from: Figure, to: Figure) => new Date(to).getTime() - new Date(from).getTime();
    return paceOf(
      rows.map(({ pixels, started_at, completed_at, processing_ms }) => ({
        pixels: Number(pixels),
        milliseconds: Math.max(started_at === null ? 0 : whole(started_at, completed_at), Number(processing_ms ?? 0)),
      })),
    );
  }
}
