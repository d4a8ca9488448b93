import { createHash } from 'node:crypto';
import type { Caller } from '../../accounts/domain/caller.ts';
import { secondsAfter } from '../../shared/clock.ts';

/** How long a key is remembered, in hours. */
export const REMEMBERED_HOURS = 24;
/** A request that has made no job by then is dead: it takes far less once its body has come. */
const IN_FLIGHT_SECONDS = 60;

/** A key as a caller sends it, with what came along. */
export interface KeyedRequest {
  readonly key: string;
  /** SHA-256 of the file and the operations, in hex. */
  readonly fingerprint: string;
  /** What it makes, if not an image: its keys are apart from theirs. */
  readonly kind?: 'batch';
}

/** One use of an idempotency key: of all requests that bring it, the job or batch of this one is the one that is made. */
export class IdempotencyClaim {
  private constructor(
    /** Hash of the caller and their key. */
    readonly scope: string,
    readonly fingerprint: string,
    /** The job, or batch, that this request makes. */
    readonly madeId: string,
    readonly claimedAt: Date,
  ) {}

  /**
   * Anonymous callers share an address with strangers, whose keys must neither collide nor be found out: to them another
   * file or other operations are another key.
   */
  static make(caller: Caller, { key, fingerprint, kind }: KeyedRequest, madeId: string, now: Date): IdempotencyClaim {
    const parts = [caller.key, key, ...(caller.kind === 'anonymous' ? [fingerprint] : []), ...(kind ? [kind] : [])];
    const scope = createHash('sha256').update(JSON.stringify(parts)).digest('hex');
    return new IdempotencyClaim(scope, fingerprint, madeId, now);
  }

  /** Claims from before this moment are forgotten. */
  static forgottenBefore(now: Date): Date {
    return secondsAfter(now, -REMEMBERED_HOURS * 3600);
  }

  /** Whether its request may still be making its job; one that seems to begin much later came before the clock was set back. */
  isInFlight(now: Date): boolean {
    return Math.abs(now.getTime() - this.claimedAt.getTime()) < IN_FLIGHT_SECONDS * 1000;
  }
}
