import { randomUUID } from 'node:crypto';
import type { Caller } from '../../accounts/domain/caller.ts';
import type { Clock } from '../../shared/clock.ts';
import { imageJobProblems } from '../domain/errors.ts';
import { IdempotencyClaim, type KeyedRequest } from '../domain/idempotency-claim.ts';
import type { ImageJob } from '../domain/image-job.ts';
import type { EraseImageJob } from './erase-image-job.ts';
import type { IdempotencyClaims, ImageJobRepository } from './ports.ts';
import type { SubmitImage, Upload } from './submit-image.ts';

/** A job, and whether an earlier request with the same key has made it. */
export interface Submitted {
  readonly job: ImageJob;
  readonly isReplay: boolean;
}

const IN_FLIGHT_RETRY_SECONDS = 1;

/** Accepts an upload once, however often it is sent with the same idempotency key. */
export class SubmitOnce {
  constructor(
    private readonly submit: SubmitImage,
    private readonly claims: IdempotencyClaims,
    private readonly jobs: ImageJobRepository,
    private readonly eraser: EraseImageJob,
    private readonly clock: Clock,
  ) {}

  /** @throws idempotency_key_in_flight, idempotency_key_reused, and what `SubmitImage` throws; that uses up no key */
  async execute(caller: Caller, upload: Upload, request: KeyedRequest): Promise<Submitted> {
    const now = this.clock.now();
    const claim = IdempotencyClaim.make(caller, request, randomUUID(), now);
    const holder = await this.claims.claim(claim, IdempotencyClaim.forgottenBefore(now));
    if (holder.jobId === claim.jobId) return this.make(caller, upload, claim);
    const made = await this.jobs.find(holder.jobId);
    if (!made && !holder.isInFlight(now)) {
      if (!(await this.claims.takeOver(holder, claim))) throw inFlight();
      return this.make(caller, upload, claim);
    }
    if (holder.fingerprint !== request.fingerprint) throw reused();
    if (!made) throw inFlight();
    return { job: made, isReplay: true };
  }

  private async make(caller: Caller, upload: Upload, claim: IdempotencyClaim): Promise<Submitted> {
    const job = await this.submit.execute(caller, upload, claim.jobId).catch(async (refusal) => {
      await this.claims.release(claim.jobId);
      throw refusal;
    });
    if (await this.claims.isHeld(claim)) return { job, isReplay: false };
    // It took so long that the claim lapsed and another request made the job.
    await this.eraser.execute(job.id);
    throw inFlight();
  }
}

function inFlight() {
  return imageJobProblems.idempotencyKeyInFlight.error(
    'Expected the first request with this Idempotency-Key to be answered, received another one meanwhile',
    { retryAfter: IN_FLIGHT_RETRY_SECONDS },
  );
}

function reused() {
  return imageJobProblems.idempotencyKeyReused.error(
    'Expected the file and the operations that this Idempotency-Key was first used with, received others',
  );
}
