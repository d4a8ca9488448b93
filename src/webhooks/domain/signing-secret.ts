import { randomBytes } from 'node:crypto';
import { secondsAfter } from '../../shared/clock.ts';

/** Bytes of a secret: as many as its HMAC-SHA-256 uses whole. */
const SECRET_BYTES = 32;
/** How long a secret that was replaced signs beside its successor, in hours. */
export const OVERLAP_HOURS = 24;

/** What messages are signed with: one secret, or for a while after a rotation two. It is kept as it is, since it signs. */
export interface SigningSecret {
  /** As Standard Webhooks writes it: `whsec_` and base64. */
  readonly secret: string;
  readonly previousSecret: string | null;
  /** Until when the previous one signs too. */
  readonly previousSecretUntil: Date | null;
}

export function newSigningSecret(): SigningSecret {
  return { secret: newSecret(), previousSecret: null, previousSecretUntil: null };
}

/** A new secret, beside which the present one signs for a while. */
export function rotated({ secret }: SigningSecret, now: Date): SigningSecret {
  return { secret: newSecret(), previousSecret: secret, previousSecretUntil: secondsAfter(now, OVERLAP_HOURS * 3600) };
}

/** The secrets that sign at this moment, the newest first. */
export function secretsAt({ secret, previousSecret, previousSecretUntil }: SigningSecret, now: Date): string[] {
  const overlaps = previousSecret !== null && previousSecretUntil !== null && now < previousSecretUntil;
  return overlaps ? [secret, previousSecret] : [secret];
}

function newSecret(): string {
  return `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;
}
