import { randomUUID } from 'node:crypto';
import type { RecheckCaller } from '../../accounts/application/recheck-caller.ts';
import type { Caller } from '../../accounts/domain/caller.ts';
import type { Clock } from '../../shared/clock.ts';
import { imageJobProblems } from '../domain/errors.ts';
import { IdempotencyClaim, type KeyedRequest } from '../domain/idempotency-claim.ts';
import type { IdempotencyClaims } from './ports.ts';

/** What a request with a key makes, under an id that is chosen before. */
export interface MadeOnce<T> {
  find(id: string): Promise<T | null>;
  make(id: string): Promise<T>;
  erase(id: string): Promise<unknown>;
}

/** What a request has made, or an earlier one with the same key. */
export interface Made<T> {
  readonly made: T;
  readonly isReplay: boolean;
}

const IN_FLIGHT_RETRY_SECONDS = 1;

/** Makes something once, however often it is asked for with the same idempotency key. */
export class MakeOnce {
  constructor(
    private readonly claims: IdempotencyClaims,
    private readonly recheck: RecheckCaller,
    private readonly clock: Clock,
  ) {}

  /** @throws idempotency_key_in_flight, idempotency_key_reused, invalid_token, and what `make` throws; that uses up no key */
  async execute<T>(caller: Caller, request: KeyedRequest, maker: MadeOnce<T>): Promise<Made<T>> {
    const now = this.clock.now();
    const claim = IdempotencyClaim.make(caller, request, randomUUID(), now);
    const holder = await this.claims.claim(claim, IdempotencyClaim.forgottenBefore(now));
    if (holder.madeId === claim.madeId) return this.make(maker, claim);
    // What is made now asks this for itself; what was made before is told only to who may still hear of it.
    await this.recheck.assertLetIn(caller);
    const made = await maker.find(holder.madeId);
    if (!made && !holder.isInFlight(now)) {
      // Another was quicker, or its holder was not dead but slow, and has just made it.
      if (!(await this.claims.takeOver(holder, claim))) throw inFlight();
      return this.make(maker, claim);
    }
    if (holder.fingerprint !== request.fingerprint) throw reused();
    if (!made) throw inFlight();
    return { made, isReplay: true };
  }

  private async make<T>(maker: MadeOnce<T>, claim: IdempotencyClaim): Promise<Made<T>> {
    const made = await maker.make(claim.madeId).catch(async (refusal) => {
      await this.claims.release(claim.madeId);
      throw refusal;
    });
    if (await this.claims.isHeld(claim)) return { made, isReplay: false };
    // It took so long that the claim lapsed and another request made it.
    await maker.erase(claim.madeId);
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
