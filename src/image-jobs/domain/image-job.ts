import type { Caller } from '../../accounts/domain/caller.ts';
import type { UsagePolicy } from '../../accounts/domain/usage-policy.ts';
import type { ImageFacts } from '../../imaging/domain/image-facts.ts';
import type { SourceFormat } from '../../imaging/domain/image-format.ts';
import type { Warning } from '../../imaging/domain/warning.ts';
import { secondsAfter } from '../../shared/clock.ts';
import { DEFAULT_OUTPUT, isMade, type MadeOutput, type Output, type WantedOutput } from './output.ts';

/** The states of a job, in the order of its life; the last three are final. */
export const IMAGE_STATUSES = ['pending', 'processing', 'completed', 'failed', 'expired'] as const;

export type ImageStatus = (typeof IMAGE_STATUSES)[number];

/** What a caller has sent in: the facts of the file, and what to do with it. */
export interface Submission {
  readonly id: string;
  readonly name: string;
  readonly facts: ImageFacts;
  readonly bytes: number;
  /** Of the file, in hex. */
  readonly sha256: string;
  /** What is to be made of it, one output at least, with what is known of each at once. */
  readonly outputs: readonly Pick<Output, 'name' | 'operations' | 'warnings'>[];
  /** Of the form that it came in. */
  readonly warnings: readonly Warning[];
  /** Id of the request that brought it. */
  readonly requestId?: string;
  /** The batch that it is part of, and the place of its file in it. */
  readonly batch?: { readonly id: string; readonly position: number };
  /** Scheme, host and path that the URLs in answers to that request start with. */
  readonly baseUrl?: string;
  /** Where its events are sent as well. */
  readonly webhookUrl?: string;
}

/** The ranks in which jobs wait. */
export const QUEUE_RANKS = { single: 0, ofBatch: 1 } as const;

/**
 * No job is put off for longer between two attempts: one that seems to be was put off by a clock that was set back since,
 * and may be claimed.
 */
export const LONGEST_PAUSE_SECONDS = 30;

type DataOf<T> = { [K in keyof T as T[K] extends (...args: never[]) => unknown ? never : K]: T[K] };

/**
 * One picture on its way: submitted, claimed by a worker, completed or failed, downloaded, expired.
 * It is changed only by the conditional updates of its repositories, so that of several who try, one does.
 */
export class ImageJob {
  readonly id: string;
  /** Key of the caller that it counts for. */
  readonly ownerKey: string;
  /** Account that it belongs to; null for an anonymous one, which whoever has its id may see. */
  readonly accountId: string | null;
  /** Prefix of the API key that it was uploaded with; null when there was none. */
  readonly keyPrefix: string | null;
  /** Id of the request that brought it, for the log; null when none did. */
  readonly requestId: string | null;
  /** Start of its URLs where the service has no address of its own; null for one from before that was kept. */
  readonly baseUrl: string | null;
  /** Where its events are sent as well; null for nowhere. */
  readonly webhookUrl: string | null;
  readonly status: ImageStatus;
  /** Grows with every change but a sign of its worker's life, so that whoever holds the job knows the next one. */
  readonly version: number;
  /** How often a worker has claimed it; a result counts only under the present number. */
  readonly attempt: number;
  /** How many of those attempts ended with the worker's death. */
  readonly crashes: number;
  /** How many of them count for nothing: the service itself ended them, or what it needs itself was not there. */
  readonly excused: number;
  /** Batch that it came in, and the place of its file in it, from 0; null for a single upload. */
  readonly batchId: string | null;
  readonly batchPosition: number | null;
  /** Waiting jobs of a lower rank are worked on first: 0 for a single upload, 1 for one of a batch. */
  readonly queueRank: number;
  /** File name of the upload. */
  readonly name: string;
  readonly sourceFormat: SourceFormat;
  readonly sourceWidth: number;
  readonly sourceHeight: number;
  readonly sourceFrames: number;
  readonly sourceBytes: number;
  /** Of the original, in hex; null for a job that a version of the service has taken which did not ask. */
  readonly sourceSha256: string | null;
  /** What is asked for, and what has become of it; in the order asked for, at least one. */
  readonly outputs: readonly Output[];
  /** The policy under which it was accepted, and ends, whatever the settings say by then. */
  readonly terms: UsagePolicy;
  /** Bytes that it keeps at present: its original's, then its results', then none. */
  readonly keptBytes: number;
  readonly createdAt: Date;
  /** From when on a worker may claim it: later than its creation after a failed attempt, by at most the longest pause. */
  readonly availableAt: Date;
  readonly startedAt: Date | null;
  /** When its worker was last known to be alive. */
  readonly aliveAt: Date | null;
  /** When it became final. */
  readonly completedAt: Date | null;
  readonly downloadExpiresAt: Date | null;
  /** Time that the pixel work of its results took, in milliseconds; null before. */
  readonly processingMs: number | null;
  /** When it was first downloaded. */
  readonly downloadedAt: Date | null;
  /** Of the form that it came in; what concerns an output stands with it. */
  readonly warnings: readonly Warning[];

  private constructor(data: DataOf<ImageJob>) {
    Object.assign(this, data);
  }

  static submit(submission: Submission, caller: Caller, now: Date): ImageJob {
    const { id, name, facts, bytes, sha256, outputs, warnings, batch } = submission;
    const { requestId = null, baseUrl = null, webhookUrl = null } = submission;
    return new ImageJob({
      id,
      ownerKey: caller.key,
      accountId: caller.accountId,
      keyPrefix: caller.apiKey?.prefix ?? null,
      requestId,
      baseUrl,
      webhookUrl,
      status: 'pending',
      version: 1,
      attempt: 0,
      crashes: 0,
      excused: 0,
      batchId: batch?.id ?? null,
      batchPosition: batch?.position ?? null,
      queueRank: batch ? QUEUE_RANKS.ofBatch : QUEUE_RANKS.single,
      name,
      sourceFormat: facts.format,
      sourceWidth: facts.width,
      sourceHeight: facts.height,
      sourceFrames: facts.frames,
      sourceBytes: bytes,
      sourceSha256: sha256,
      outputs: outputs.map((output) => ({ ...output, result: null, error: null })),
      terms: { ...caller.policy },
      keptBytes: bytes,
      createdAt: now,
      availableAt: now,
      startedAt: null,
      aliveAt: null,
      completedAt: null,
      downloadExpiresAt: null,
      processingMs: null,
      downloadedAt: null,
      warnings,
    });
  }

  /** The job as it is after a change. */
  changed(change: Partial<DataOf<ImageJob>>): ImageJob {
    return new ImageJob({ ...this, ...change, version: this.version + 1 });
  }

  facts(): ImageFacts {
    const { sourceFormat: format, sourceWidth: width, sourceHeight: height, sourceFrames: frames } = this;
    return { format, width, height, frames };
  }

  /** Key of the original in the file store. */
  originalKey(): string {
    return `${this.id}/original`;
  }

  /** Key of what the present attempt makes, or has made, of an output. */
  resultKey({ name }: WantedOutput): string {
    return this.keyUnder(this.attempt, name);
  }

  /** Keys of all that the present attempt may make. */
  resultKeys(): string[] {
    return this.outputs.map((output) => this.resultKey(output));
  }

  /** Keys that nobody needs beside the results: the original, and what earlier attempts may have made before they failed. */
  keysBesideResults(): string[] {
    const abandoned = Array.from({ length: this.attempt - 1 }, (_, index) =>
      this.outputs.map(({ name }) => this.keyUnder(index + 1, name)),
    );
    return [this.originalKey(), ...abandoned.flat()];
  }

  private keyUnder(attempt: number, name: string): string {
    return `${this.id}/result-${attempt}${name === DEFAULT_OUTPUT ? '' : `-${name}`}`;
  }

  /** The output that stands for the whole job: the first that succeeded, or else the first. */
  topOutput(): Output {
    return this.outputs.find(isMade) ?? (this.outputs[0] as Output);
  }

  /** The outputs that can be downloaded while the window is open. */
  madeOutputs(): MadeOutput[] {
    return this.outputs.filter(isMade);
  }

  /** Whether nothing will change any more but its expiry. */
  isFinal(): boolean {
    return this.status !== 'pending' && this.status !== 'processing';
  }

  /** Its own id while it waits or runs. */
  unfinished(): string[] {
    return this.isFinal() ? [] : [this.id];
  }

  /** Version under which it became final; its first download and its expiry are the changes that follow. Null before. */
  finalVersion(): number | null {
    if (!this.isFinal()) return null;
    return this.version - (this.downloadedAt === null ? 0 : 1) - (this.status === 'expired' ? 1 : 0);
  }

  /** The status at this moment: a window that is over is over, whether or not the clean-up has come by. */
  statusAt(now: Date): ImageStatus {
    const over = this.status === 'completed' && this.downloadExpiresAt !== null && now >= this.downloadExpiresAt;
    return over ? 'expired' : this.status;
  }

  /** Whether its record is over: `recordSeconds` after it failed or expired. */
  isForgotten(now: Date, recordSeconds: number): boolean {
    const end = this.status === 'failed' ? this.completedAt : this.downloadExpiresAt;
    return end !== null && now >= secondsAfter(end, recordSeconds);
  }

  /** An account's job is its own; an anonymous one is for whoever has its id. */
  isVisibleTo(caller: Caller): boolean {
    return this.accountId === null || this.accountId === caller.accountId;
  }
}
