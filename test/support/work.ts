import { createHash, randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MikroORM } from '@mikro-orm/core';
import type { Caller } from '../../src/accounts/domain/caller.ts';
import { openDatabase } from '../../src/database/database.ts';
import { EraseImageJob } from '../../src/image-jobs/application/erase-image-job.ts';
import type { JobChange } from '../../src/image-jobs/application/job-events.ts';
import { ImageJob } from '../../src/image-jobs/domain/image-job.ts';
import { DEFAULT_OUTPUT, type WantedOutput } from '../../src/image-jobs/domain/output.ts';
import { InProcessJobEvents } from '../../src/image-jobs/infrastructure/events/in-process-job-events.ts';
import { LocalFileStore } from '../../src/image-jobs/infrastructure/files/local-file-store.ts';
import type { JobEndings } from '../../src/image-jobs/infrastructure/sql/job-endings.ts';
import { MikroOrmBatchRepository } from '../../src/image-jobs/infrastructure/sql/mikro-orm-batch.repository.ts';
import { MikroOrmIdempotencyClaims } from '../../src/image-jobs/infrastructure/sql/mikro-orm-idempotency-claims.ts';
import { MikroOrmImageJobRepository } from '../../src/image-jobs/infrastructure/sql/mikro-orm-image-job.repository.ts';
import { MikroOrmImageWorkRepository } from '../../src/image-jobs/infrastructure/sql/mikro-orm-image-work.repository.ts';
import type { ImageTransformer } from '../../src/imaging/application/ports.ts';
import type { Operation } from '../../src/imaging/operations/operations.ts';
import { WorkLog } from '../../src/processing/application/ports.ts';
import { ProcessImage } from '../../src/processing/application/process-image.ts';
import { SettleFailure } from '../../src/processing/application/settle-failure.ts';
import { LocalWorkspace } from '../../src/processing/infrastructure/local-workspace.ts';
import { loadSettings } from '../../src/settings/load-settings.ts';
import { OwnSpool } from '../../src/shared/spool.ts';
import { type Task, type TaskKind, TaskQueue } from '../../src/shared/tasks/task-queue.ts';
import { accountCaller } from '../contract/jobs.ts';
import { ANONYMOUS } from './callers.ts';
import { TestClock } from './test-clock.ts';

/** A queue that only remembers what it was given. */
export class RememberedTasks extends TaskQueue {
  readonly ids: string[] = [];

  async add(_kind: TaskKind, { id }: Task): Promise<void> {
    this.ids.push(id);
  }

  async depth(): Promise<number> {
    return this.ids.length;
  }

  consume(): void {}

  async drain(): Promise<void> {}
}

/** A log that only remembers how jobs and attempts ended. */
class RememberedAttempts extends WorkLog {
  readonly attempts: { attempt: number; final: boolean }[] = [];
  readonly completedJobs: string[] = [];
  readonly storeChanges: ('away' | 'back')[] = [];
  readonly excusedAttempts: { id: string; attempt: number }[] = [];
  readonly cancelledAttempts: { id: string; attempt: number }[] = [];

  completed({ id }: ImageJob): void {
    this.completedJobs.push(id);
  }

  cancelled({ id, attempt }: ImageJob): void {
    this.cancelledAttempts.push({ id, attempt });
  }

  excused({ id, attempt }: ImageJob): void {
    this.excusedAttempts.push({ id, attempt });
  }

  attemptFailed({ attempt }: ImageJob, _error: unknown, final: boolean): void {
    this.attempts.push({ attempt, final });
  }

  storeAway(): void {
    this.storeChanges.push('away');
  }

  storeBack(): void {
    this.storeChanges.push('back');
  }
}

/** Jobs on a real database and real files, with a clock that tests move and no HTTP. */
export class Work {
  readonly clock = new TestClock();
  readonly queue = new RememberedTasks();
  readonly log = new RememberedAttempts();
  readonly changes: JobChange[] = [];
  readonly jobs: MikroOrmImageJobRepository;
  readonly work: MikroOrmImageWorkRepository;
  readonly files: LocalFileStore;
  readonly failures: SettleFailure;
  readonly eraser: EraseImageJob;
  readonly batches: MikroOrmBatchRepository;
  readonly events = new InProcessJobEvents();

  private constructor(
    readonly folder: string,
    private readonly orm: MikroORM,
    endings?: JobEndings,
  ) {
    this.jobs = new MikroOrmImageJobRepository(orm.em);
    this.work = new MikroOrmImageWorkRepository(orm.em, endings);
    this.files = new LocalFileStore(folder);
    this.batches = new MikroOrmBatchRepository(orm.em);
    const claims = new MikroOrmIdempotencyClaims(orm.em);
    this.eraser = new EraseImageJob(this.jobs, this.batches, this.files, claims, this.events);
    this.failures = new SettleFailure(this.work, this.files, this.queue, this.events, this.clock, this.log);
  }

  /** With what follows the end of a job, if anything shall. */
  static async open(endings?: JobEndings): Promise<Work> {
    const folder = await mkdtemp(join(tmpdir(), 'imagepro-work-'));
    await mkdir(join(folder, 'spool'));
    return new Work(folder, await openDatabase(loadSettings({ DATA_DIR: folder })), endings);
  }

  async close(): Promise<void> {
    await this.orm.close();
    await rm(this.folder, { recursive: true });
  }

  /** Somebody with an account. */
  member(): Promise<Caller> {
    return accountCaller(this.orm.em.fork());
  }

  /** Adds a job whose original holds these bytes, with operations alone or with outputs. */
  async add(
    original: Uint8Array,
    wanted: readonly Operation[] | readonly WantedOutput[] = [],
    caller: Caller = ANONYMOUS,
  ): Promise<ImageJob> {
    const facts = { format: 'jpg', width: 60, height: 45, frames: 1 } as const;
    const sha256 = createHash('sha256').update(original).digest('hex');
    const bytes = original.length;
    const outputs = outputsOf(wanted).map((output) => ({ ...output, warnings: [] }));
    const submission = { id: randomUUID(), name: 'a.jpg', facts, bytes, sha256, outputs, warnings: [] };
    const job = ImageJob.submit(submission, caller, this.clock.now());
    const path = join(this.folder, 'spool', randomUUID());
    await writeFile(path, original);
    await this.files.put(job.originalKey(), path);
    await this.jobs.add(job, { activeJobs: 1000, keptBytes: 1e9, queue: 1000 });
    this.events.subscribe(job.id, (change) => this.changes.push(change));
    return job;
  }

  /** The job as the database has it now. */
  async find({ id }: ImageJob): Promise<ImageJob> {
    const job = await this.jobs.find(id);
    if (!job) throw new Error(`There is no job ${id}`);
    return job;
  }

  /** Takes the job to work on. */
  async claim({ id }: ImageJob): Promise<ImageJob> {
    const job = await this.work.claim(id, this.clock.now());
    if (!job) throw new Error(`The job ${id} cannot be claimed`);
    return job;
  }

  /** The use case that works on jobs, with this transformer. */
  processing(transformer: ImageTransformer): ProcessImage {
    return new ProcessImage(
      this.work,
      this.files,
      transformer,
      new LocalWorkspace(new OwnSpool(join(this.folder, 'spool'))),
      this.failures,
      this.events,
      this.clock,
      { deadlineSeconds: 30, deadlineSecondsPerMegapixel: 1 },
      this.log,
    );
  }
}

function outputsOf(wanted: readonly Operation[] | readonly WantedOutput[]): readonly WantedOutput[] {
  const [first] = wanted;
  if (first && 'name' in first) return wanted as readonly WantedOutput[];
  return [{ name: DEFAULT_OUTPUT, operations: wanted as readonly Operation[] }];
}
