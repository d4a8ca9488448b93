import type { Readable } from 'node:stream';
import type { Caller, Credential } from '../../accounts/domain/caller.ts';
import type { PageRequest } from '../../shared/page.ts';
import type { Batch, BatchState } from '../domain/batch.ts';
import type { IdempotencyClaim } from '../domain/idempotency-claim.ts';
import type { ImageJob, ImageStatus } from '../domain/image-job.ts';
import type { Output } from '../domain/output.ts';
import type { Pace } from '../domain/pace.ts';
import type { Preset } from '../domain/preset.ts';

/** Limits that adding a job must keep, exactly, however many are added at the same moment. */
export interface AdmissionLimits {
  /** Of this owner, waiting or running. */
  readonly activeJobs: number;
  /** Of this owner, originals and results. */
  readonly keptBytes: number;
  /** Of all owners, waiting or running. */
  readonly queue: number;
  /** Of this owner, accepted in a calendar month (`2026-01`); nothing is counted where there is no such limit. */
  readonly monthly?: { readonly month: string; readonly images: number };
  /** What the caller has shown, which must still be good; left out, their account alone is looked at. */
  readonly letInBy?: Pick<Caller, 'sessionId' | 'apiKey'>;
}

/** What came of adding a job; `shut_out` when its caller has been logged out, disabled, deleted or the like meanwhile. */
export type Admission = 'added' | 'too_many_jobs' | 'too_many_bytes' | 'monthly_limit' | 'queue_full' | 'shut_out';

/** Which jobs of an account are listed. */
export interface ListQuery extends PageRequest {
  readonly status?: ImageStatus;
  readonly now: Date;
  /** Records that ended before this moment are not listed. */
  readonly endedAfter: Date;
}

/** Shows jobs as the API does, beyond the answer to a request. */
export abstract class ImageResources {
  /** The resource of a job that is final; its URLs begin with the service's own, or with those of the upload. */
  abstract final(job: ImageJob): object;
}

/** The same for batches. */
export abstract class BatchResources {
  /** The resource of a batch whose jobs are final; its URLs begin with the service's own, or with those of its upload. */
  abstract final(state: BatchState, baseUrl: string | null): object;
}

/** Jobs as the API needs them. */
export abstract class ImageJobRepository {
  abstract add(job: ImageJob, limits: AdmissionLimits): Promise<Admission>;
  abstract find(id: string): Promise<ImageJob | null>;
  /** Newest first. */
  abstract list(accountId: string, query: ListQuery): Promise<ImageJob[]>;
  abstract idsOf(accountId: string): Promise<string[]>;
  /** Sets the end of the window if this is the first download; true for the one who did. */
  abstract recordFirstDownload(id: string, downloadedAt: Date, downloadExpiresAt: Date): Promise<boolean>;
  /** The job that was removed; null if there was none. */
  abstract remove(id: string): Promise<ImageJob | null>;
}

/** Which batches of an account are listed. */
export type BatchListQuery = PageRequest & Pick<ListQuery, 'endedAfter'>;

/** Batches with their jobs. */
export abstract class BatchRepository {
  /**
   * Adds those of the jobs, all of one owner, that the limits allow, each counted after those before it; `batchOf` makes
   * the batch of what was admitted, or null if there shall be none. Batch and jobs become visible at one moment.
   */
  abstract add(
    jobs: readonly ImageJob[],
    limits: AdmissionLimits,
    batchOf: (admissions: readonly Admission[]) => Batch | null,
  ): Promise<BatchState | null>;
  /** Null for one that has lost its last job, too. */
  abstract find(id: string): Promise<BatchState | null>;
  /** Newest first; those of which a job is remembered. One that loses its last job meanwhile comes without any. */
  abstract list(accountId: string, query: BatchListQuery): Promise<BatchState[]>;
  /** Its jobs as a whole, in the order sent. */
  abstract jobsOf(id: string): Promise<ImageJob[]>;
  /** Removes a batch with its jobs at one moment; the ids of the jobs. */
  abstract remove(id: string): Promise<string[]>;
  abstract removeAllOf(accountId: string): Promise<void>;
  /** Removes batches from before this moment that have no job any more, at most so many; how many it were. */
  abstract forgetEmpty(createdBefore: Date, limit: number): Promise<number>;
}

/** The presets of accounts. */
export abstract class PresetRepository {
  /**
   * Puts it in the place of one of its name, whose creation it keeps, or beside those that there are, if they are fewer; for
   * a caller who is still let in.
   */
  abstract save(
    preset: Preset,
    most: number,
    by: Credential,
  ): Promise<{ readonly preset: Preset; readonly isNew: boolean } | 'too_many_presets' | 'shut_out'>;
  abstract find(accountId: string, name: string): Promise<Preset | null>;
  /** By name. */
  abstract listOf(accountId: string): Promise<Preset[]>;
  /** True if there was one of this name. */
  abstract remove(accountId: string, name: string): Promise<boolean>;
  abstract removeAllOf(accountId: string): Promise<void>;
}

/** Idempotency keys and who holds them. Every change is one conditional statement, so that of many at once one wins. */
export abstract class IdempotencyClaims {
  /** The claim itself if nobody holds its key, else the holder's; claims up to `forgottenBefore` are gone. */
  abstract claim(claim: IdempotencyClaim, forgottenBefore: Date): Promise<IdempotencyClaim>;
  /** Gives the key of a holder who is dead, and has made nothing, to another claim; true for the one who got it. */
  abstract takeOver(holder: IdempotencyClaim, by: IdempotencyClaim): Promise<boolean>;
  /** Asked when its job or batch is there: if it is held then, nobody can take it over any more. */
  abstract isHeld(claim: IdempotencyClaim): Promise<boolean>;
  /** Frees the key under which this job or batch was, or would have been, made. */
  abstract release(madeId: string): Promise<void>;
  /** The same for a batch, if it has no job left. */
  abstract releaseEmptied(batchId: string): Promise<void>;
}

/** What a completed attempt publishes. */
export interface Completion {
  /** All of the job's, one at least with a result. */
  readonly outputs: readonly Output[];
  readonly completedAt: Date;
  readonly downloadExpiresAt: Date;
}

/** What the queue is told of a job that waits. */
export type WaitingJob = Pick<ImageJob, 'id' | 'attempt' | 'queueRank'>;

/** Both ends included. */
export interface TimeSpan {
  readonly from: Date;
  readonly to: Date;
}

/** Jobs as work: claims, outcomes and what a sweep looks for. Every change is one conditional update. */
export abstract class ImageWorkRepository {
  /** The job under a new attempt number, for the one worker who gets it; null for all others, and before its time. */
  abstract claim(id: string, now: Date): Promise<ImageJob | null>;
  /** Says that the worker of this attempt lives; false when the attempt is no longer the present one. */
  abstract keepAlive(id: string, attempt: number, now: Date): Promise<boolean>;
  /** Publishes the results; false when the attempt is no longer the present one, or the job is gone. */
  abstract complete(job: ImageJob, completion: Completion): Promise<boolean>;
  /** Says of each output why it failed. */
  abstract fail(job: ImageJob, outputs: readonly Output[], now: Date): Promise<boolean>;
  /** Puts the job back to wait until `availableAt`, with this many crashes. */
  abstract release(id: string, attempt: number, availableAt: Date, crashes: number): Promise<boolean>;
  /** Puts it back in the same way, and counts the attempt for nothing. */
  abstract excuse(id: string, attempt: number, availableAt: Date): Promise<boolean>;
  /**
   * Running jobs whose worker was last alive before this span of time, or after it by a clock that was set back since; all
   * when there is none. Each once, the longest silent first.
   */
  abstract abandoned(span?: TimeSpan): AsyncIterable<ImageJob>;
  /** Waiting jobs that may be claimed, in the order in which they wait: by rank, then the oldest first. */
  abstract findWaiting(now: Date, limit: number): Promise<WaitingJob[]>;
  /** Completed jobs whose window is over, each once, the longest over first. */
  abstract expired(now: Date): AsyncIterable<ImageJob>;
  abstract markExpired(job: ImageJob): Promise<boolean>;
  /** Removes records that ended before this moment, at most so many; how many it were. */
  abstract forget(endedBefore: Date, limit: number): Promise<number>;
  /** Those of these jobs that exist. */
  abstract findAll(ids: readonly string[]): Promise<ImageJob[]>;
}

/** A job that a worker has in hand. */
export interface RunningWork {
  /** Of its source. */
  readonly pixels: number;
  readonly startedAt: Date;
}

/** How much work stands before a job. */
export interface WorkAhead {
  /** Waiting jobs before it. */
  readonly waiting: number;
  /** Their source pixels; both are exact up to 100 jobs and estimated beyond. */
  readonly waitingPixels: number;
  /** As it was a second ago at most. */
  readonly running: readonly RunningWork[];
}

/** What the estimate of a job's end is made from. */
export abstract class WorkStatistics {
  /** Before a job that waits, as it was when this job was read or added. */
  abstract ahead(job: ImageJob): Promise<WorkAhead>;
  /** From the latest completed jobs; null when there are none. */
  abstract pace(): Promise<Pace | null>;
}

/** What the operator's metrics tell of all jobs. */
export abstract class JobCensus {
  /** How many jobs there are, by status; those without one are left out. */
  abstract byStatus(): Promise<Partial<Record<ImageStatus, number>>>;
  /** How many jobs of one owner wait or run. */
  abstract activeOf(ownerKey: string): Promise<number>;
  /** When the job that waits longest was created; null when none waits. */
  abstract oldestWaiting(): Promise<Date | null>;
}

/** What is kept of one job. */
export interface StoredFiles {
  readonly jobId: string;
  /** All that were changed before the moment asked for; others may be among them. */
  readonly keys: readonly string[];
}

/** Keeps originals and results under keys of the form `<job id>/<name>`. */
export abstract class FileStore {
  /** Takes over a local file. When this resolves the bytes survive a crash, and the file at `path` is gone. */
  abstract put(key: string, path: string): Promise<void>;
  /** Brings the bytes to a new local file, to be read alone; rejects when there is no such file. */
  abstract fetch(key: string, path: string): Promise<void>;
  /** Bytes `start` to `end`, both included; rejects when there is no such file. */
  abstract read(key: string, range: { start: number; end: number }): Promise<Readable>;
  /** Removes one file, if it is there. */
  abstract remove(key: string): Promise<void>;
  /** Removes all files of a job; who knows all the keys that there may be spares the store a search. */
  abstract removeAllOf(jobId: string, keys?: readonly string[]): Promise<void>;
  /** The jobs with files from before this moment, each once; what is no job's is not told. */
  abstract stored(changedBefore: Date): AsyncIterable<StoredFiles>;
  /** Rejects when nothing can be written. */
  abstract check(): Promise<void>;
  /** Bytes that can still be written; infinite where there is no such bound. */
  abstract freeBytes(): Promise<number>;
}
