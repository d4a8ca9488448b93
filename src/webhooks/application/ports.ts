import type { Credential } from '../../accounts/domain/caller.ts';
import type { PageRequest } from '../../shared/page.ts';
import type { Lane } from '../domain/lane.ts';
import type { SigningSecret } from '../domain/signing-secret.ts';
import type { SendOutcome, Settled, WebhookDelivery } from '../domain/webhook-delivery.ts';
import type { EndpointHealth, SeenOfEndpoint, WebhookEndpoint } from '../domain/webhook-endpoint.ts';

/** Stores the endpoints of accounts. */
export abstract class EndpointRepository {
  /**
   * Adds the endpoint if the caller is still let in and their account has fewer than `most`; of many at the same moment no
   * more are added.
   */
  abstract add(endpoint: WebhookEndpoint, most: number, by: Credential): Promise<'added' | 'too_many' | 'shut_out'>;
  /** The endpoint, if its account is there. */
  abstract find(id: string): Promise<WebhookEndpoint | null>;
  /** The account's endpoints, newest first. */
  abstract listOf(accountId: string): Promise<WebhookEndpoint[]>;
  /** Changes it for a caller who is still let in; what is due to it goes to its new destination. False for another one. */
  abstract change(id: string, change: Partial<WebhookEndpoint>, by: Credential): Promise<boolean>;
  /** Disables it, unless it is, and ends what is due to it as failed. */
  abstract disable(id: string, change: Partial<WebhookEndpoint>): Promise<void>;
  /**
   * Writes down what a send has made of it, unless it has changed meanwhile in any of what was `seen`; one that this
   * disables ends what is due to it as failed. True when it was written.
   */
  abstract note(id: string, seen: SeenOfEndpoint, change: EndpointHealth): Promise<boolean>;
  /** Replaces the secret that it has at present, for a caller who is still let in; of several who do so, one rotates. */
  abstract rotate(
    id: string,
    present: string,
    next: SigningSecret,
    by: Credential,
  ): Promise<'rotated' | 'changed' | 'shut_out'>;
  /** Removes it with its deliveries. */
  abstract remove(id: string): Promise<void>;
  /** Removes all that is kept for an account: endpoints, deliveries, its secret. */
  abstract removeAllOf(accountId: string): Promise<void>;
}

/** Stores deliveries. A claim is one conditional change, so that of several workers one sends. */
export abstract class DeliveryRepository {
  abstract add(delivery: WebhookDelivery): Promise<void>;
  abstract find(id: string): Promise<WebhookDelivery | null>;
  /** Of one endpoint, newest first. */
  abstract listOf(endpointId: string, page: PageRequest): Promise<WebhookDelivery[]>;
  /** Of image jobs and batches to the URL that came with them, newest first. */
  abstract listOfSubjects(ids: readonly string[]): Promise<WebhookDelivery[]>;
  /** Takes the delivery of the lane that is due longest, unless so many are being sent in it; null when there is none. */
  abstract claimNext(lane: Lane, now: Date, heldUntil: Date, most: number): Promise<WebhookDelivery | null>;
  /** Writes down what became of the claimed attempt; false when it is no longer the present one. */
  abstract settle(delivery: WebhookDelivery, settled: Settled): Promise<boolean>;
  /** Makes a delivery that has ended due again, to this destination; false when it has not ended. */
  abstract replay(id: string, destination: string, now: Date): Promise<boolean>;
  /** In which lanes something is due at this moment. */
  abstract dueLanes(now: Date, limit: number): Promise<Lane[]>;
  /**
   * Lets what was scheduled by a clock that has been set back since wait, or be held, from now on for as long as it was to
   * be then; so many at most. How many it were.
   */
  abstract scheduleAnew(now: Date, limit: number): Promise<number>;
  /** Makes due at once what a worker held; for the start of the only process there is. */
  abstract releaseHeld(now: Date): Promise<void>;
  /** Since when the delivery waits that is due longest; null when none is due. */
  abstract oldestDue(now: Date): Promise<Date | null>;
  /** Removes those made before this moment, or of them only those that have ended; so many at most. */
  abstract forget(which: 'all' | 'ended', madeBefore: Date, limit: number): Promise<void>;
}

/** A secret that signs what an account's uploads send to URLs of their own. */
export interface AccountSecret extends SigningSecret {
  readonly accountId: string;
  readonly createdAt: Date;
}

/** Stores the accounts' own secrets. */
export abstract class AccountSecretRepository {
  /** The secret, if its account is there. */
  abstract find(accountId: string): Promise<AccountSecret | null>;
  /**
   * Keeps this one in the place of `present`, null for none, if that is what the account still has and the caller is still
   * let in.
   */
  abstract keep(
    secret: AccountSecret,
    present: string | null,
    by: Credential,
  ): Promise<'kept' | 'changed' | 'shut_out'>;
}

/** A message as it is sent. */
export interface SignedMessage {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Signs messages as Standard Webhooks does. */
export abstract class MessageSigner {
  abstract sign(id: string, at: Date, body: string, secrets: readonly string[]): Record<string, string>;
}

/** Sends one message to an address that may be sent to. Never rejects: what goes wrong is an outcome. */
export abstract class MessageSender {
  abstract send(message: SignedMessage, stopped: AbortSignal): Promise<SendOutcome>;
}

/** Which addresses may be sent to. */
export abstract class WebhookAddresses {
  /** What is expected of a URL that is not this one; null for one that may be sent to, as far as it can tell. */
  abstract expected(url: string): string | null;
}

/** Where an operator reads what became of deliveries. */
export abstract class DeliveryLog {
  abstract settled(delivery: WebhookDelivery, settled: Settled): void;
  /** A try in which the service itself was silent: it counts for nothing. */
  abstract excused(delivery: WebhookDelivery, outcome: SendOutcome): void;
  abstract disabled(endpoint: WebhookEndpoint, reason: string): void;
}
