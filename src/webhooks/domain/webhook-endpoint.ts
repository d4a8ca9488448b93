import { secondsAfter } from '../../shared/clock.ts';
import { newSigningSecret, type SigningSecret } from './signing-secret.ts';
import { isGone, isSuccess, type SendOutcome } from './webhook-delivery.ts';
import type { WebhookEvent } from './webhook-event.ts';

/** Most endpoints of one account. */
export const MOST_ENDPOINTS = 10;
/** An endpoint that has failed for so many days without one success is disabled. */
export const HOPELESS_DAYS = 5;

/** Why nothing is sent to an endpoint: its owner's wish, its own answer 410, or that it has failed for too long. */
export const DISABLED_REASONS = ['owner', 'gone', 'failing'] as const;

export type DisabledReason = (typeof DISABLED_REASONS)[number];

/** What its owner says of an endpoint. */
export interface EndpointWish {
  readonly url: string;
  readonly events: readonly WebhookEvent[];
  readonly description: string | null;
}

/** Where an account wants to be told of its events. */
export class WebhookEndpoint implements SigningSecret {
  readonly id: string;
  readonly accountId: string;
  readonly url: string;
  /** Where its URL leads: see `destinationOf`. */
  readonly destination: string;
  readonly events: readonly WebhookEvent[];
  readonly description: string | null;
  readonly secret: string;
  readonly previousSecret: string | null;
  readonly previousSecretUntil: Date | null;
  readonly createdAt: Date;
  /** Since when nothing is sent there; null for one that is enabled. */
  readonly disabledAt: Date | null;
  readonly disabledReason: DisabledReason | null;
  /** When the first send to its URL failed after which none has succeeded; null while sends succeed. */
  readonly failingSince: Date | null;

  private constructor(data: WebhookEndpoint) {
    Object.assign(this, data);
  }

  static make(id: string, accountId: string, wish: EndpointWish, now: Date): WebhookEndpoint {
    const enabled = { disabledAt: null, disabledReason: null, failingSince: null };
    const { url, events, description } = wish;
    const made = { id, accountId, ...placeOf(url), events, description, createdAt: now };
    return new WebhookEndpoint({ ...made, ...newSigningSecret(), ...enabled } as WebhookEndpoint);
  }
}

/** A URL as its parser writes it, whatever its spelling was, and where it leads. */
export function placeOf(url: string): Pick<WebhookEndpoint, 'url' | 'destination'> {
  return { url: new URL(url).href, destination: destinationOf(url) };
}

/** What an endpoint becomes that is given this URL: at another than its own it has not failed yet. */
export function movedTo({ url: present }: WebhookEndpoint, url: string): Partial<WebhookEndpoint> {
  const place = placeOf(url);
  return place.url === present ? place : { ...place, failingSince: null };
}

/** Host and port of a URL, e.g. `hooks.example.com:443`: what is sent there at once is bounded. */
export function destinationOf(url: string): string {
  const { protocol, hostname, port } = new URL(url);
  return `${hostname}:${port || (protocol === 'http:' ? '80' : '443')}`;
}

/** What sends make of an endpoint. */
export type EndpointHealth = Partial<Pick<WebhookEndpoint, 'failingSince' | 'disabledAt' | 'disabledReason'>>;

/** What a send has read of an endpoint, and what it makes of it holds for. */
export type SeenOfEndpoint = Pick<WebhookEndpoint, 'url'> & Partial<Pick<WebhookEndpoint, 'failingSince'>>;

/** What a send makes of an endpoint, and of which one alone: meanwhile its URL may be another, or sends succeed again. */
export interface EndpointNote {
  readonly seen: SeenOfEndpoint;
  readonly change: EndpointHealth;
}

/** What an endpoint becomes that was sent something at this moment; null when it stays as it is. */
export function afterSend(
  { url, failingSince }: WebhookEndpoint,
  outcome: SendOutcome,
  now: Date,
): EndpointNote | null {
  const seen = { url, failingSince };
  if (isSuccess(outcome)) return failingSince === null ? null : { seen, change: { failingSince: null } };
  const since = failingSince ?? now;
  // Whoever says so is gone, whatever others were answered meanwhile.
  if (isGone(outcome))
    return { seen: { url }, change: { failingSince: since, disabledAt: now, disabledReason: 'gone' } };
  if (now >= secondsAfter(since, HOPELESS_DAYS * 24 * 3600))
    return { seen, change: { failingSince: since, disabledAt: now, disabledReason: 'failing' } };
  return failingSince === null ? { seen, change: { failingSince: since } } : null;
}
