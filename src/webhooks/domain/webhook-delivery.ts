import { secondsAfter } from '../../shared/clock.ts';
import type { DeliveredEvent } from './webhook-event.ts';

/** So long a delivery can be looked up and sent again, in days. */
export const KEPT_DAYS = 7;
/** Seconds between one try and the next, as Standard Webhooks proposes them: ten tries in all, over three days. */
const RETRY_SECONDS = [5, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600, 20 * 3600, 24 * 3600];
/** Seconds until a try is made again that counts for nothing. */
const EXCUSED_SECONDS = 5;
/** Each is longer or shorter by up to a fifth, so that what failed together is not tried again together. */
const JITTER = 0.2;
/** A receiver's `Retry-After` counts up to so many seconds. */
const LONGEST_RETRY_AFTER = 3600;
/** Attempts that are remembered of one delivery: those of a whole schedule, and of a replay after it. */
const ATTEMPTS_KEPT = 20;

export const DELIVERY_STATUSES = ['due', 'delivered', 'failed'] as const;

export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/** One try: what the receiver answered, or why there was no answer. */
export interface DeliveryAttempt {
  readonly at: string;
  readonly statusCode?: number;
  readonly error?: string;
  readonly milliseconds: number;
}

/** What became of one try. */
export interface SendOutcome {
  readonly statusCode?: number;
  /** Why there was no answer: a sentence for the endpoint's owner. */
  readonly error?: string;
  /** When the receiver asked to be tried again: seconds after its answer, or a moment. */
  readonly retryAfter?: number | Date;
  readonly milliseconds: number;
}

/** One event on its way to one receiver. Its id is the message's, the same over all tries. */
export class WebhookDelivery {
  readonly id: string;
  readonly accountId: string;
  /** Null for one that goes to the URL that came with an upload. */
  readonly endpointId: string | null;
  /** The image job or the batch that it tells of; null for a test. */
  readonly subjectId: string | null;
  readonly event: DeliveredEvent;
  /** Host and port that it goes to. */
  readonly destination: string;
  /** The URL that came with the upload; null for an endpoint's. */
  readonly url: string | null;
  /** The bytes of every try. */
  readonly body: string;
  readonly status: DeliveryStatus;
  /** How often a worker has claimed it; an outcome counts only under the present number. */
  readonly attempt: number;
  /** Tries since it became due; a replay begins anew. */
  readonly tries: number;
  readonly attempts: readonly DeliveryAttempt[];
  /** From when on it may be claimed: while it is being sent, when the worker is taken for dead. Null unless due. */
  readonly nextAttemptAt: Date | null;
  /**
   * When that was written: what is yet to come was written before the clock was set back. Null unless due, and for what an
   * earlier version has written.
   */
  readonly scheduledAt: Date | null;
  /** Until when a worker holds it; null while none does. */
  readonly heldUntil: Date | null;
  readonly createdAt: Date;

  private constructor(data: Partial<WebhookDelivery>) {
    Object.assign(this, data);
  }

  /** One that is due now. */
  static due(
    message: Pick<WebhookDelivery, 'id' | 'accountId' | 'endpointId' | 'event' | 'destination' | 'body'>,
    now: Date,
  ): WebhookDelivery {
    const rest = { subjectId: null, url: null, heldUntil: null, attempts: [], createdAt: now, scheduledAt: now };
    return new WebhookDelivery({ ...message, ...rest, status: 'due', attempt: 0, tries: 0, nextAttemptAt: now });
  }

  /** What it becomes after this try; `random` is from 0 to 1, and makes the jitter. */
  after(outcome: SendOutcome, now: Date, random: number): Settled {
    const tries = this.tries + 1;
    const { retryAfter = 0, ...seen } = outcome;
    const attempts = [...this.attempts, { at: now.toISOString(), ...seen }].slice(-ATTEMPTS_KEPT);
    const ended = { tries, attempts, nextAttemptAt: null, scheduledAt: null };
    const delay = RETRY_SECONDS[tries - 1];
    if (isSuccess(outcome)) return { ...ended, status: 'delivered' };
    if (isGone(outcome) || delay === undefined) return { ...ended, status: 'failed' };
    const asked = typeof retryAfter === 'number' ? retryAfter : (retryAfter.getTime() - now.getTime()) / 1000;
    const seconds = Math.max(jittered(delay, random), Math.min(asked, LONGEST_RETRY_AFTER));
    return { status: 'due', tries, attempts, nextAttemptAt: secondsAfter(now, seconds), scheduledAt: now };
  }

  /** What it becomes when nobody wants it any more. */
  unwanted(): Settled {
    const { tries, attempts } = this;
    return { status: 'failed', tries, attempts, nextAttemptAt: null, scheduledAt: null };
  }

  /** What it becomes after a try in which this service itself was silent: that counts for nothing, and is made again soon. */
  excused(now: Date, random: number): Settled {
    const { tries, attempts } = this;
    const nextAttemptAt = secondsAfter(now, jittered(EXCUSED_SECONDS, random));
    return { status: 'due', tries, attempts, nextAttemptAt, scheduledAt: now };
  }
}

/** What a try makes of a delivery. */
export type Settled = Pick<WebhookDelivery, 'status' | 'tries' | 'attempts' | 'nextAttemptAt' | 'scheduledAt'>;

function jittered(seconds: number, random: number): number {
  return seconds * (1 + JITTER * (2 * random - 1));
}

/** Any 2xx. */
export function isSuccess({ statusCode = 0 }: SendOutcome): boolean {
  return statusCode >= 200 && statusCode <= 299;
}

/** The receiver says that there is nobody any more. */
export function isGone({ statusCode }: SendOutcome): boolean {
  return statusCode === 410;
}
