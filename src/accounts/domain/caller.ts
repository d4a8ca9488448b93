import { isIPv6 } from 'node:net';
import type { UsagePolicies, UsagePolicy } from './usage-policy.ts';

/** Who sends a request, and what they may do. Everything that is counted or owned goes by `key`. */
export class Caller {
  private constructor(
    /** `account:<id>` or `address:<address>`: whose rate, quota and idempotency keys these are. */
    readonly key: string,
    readonly kind: keyof UsagePolicies,
    readonly policy: UsagePolicy,
    readonly accountId: string | null,
    readonly sessionId: string | null,
    readonly address: string,
  ) {}

  static anonymous(address: string, policies: UsagePolicies): Caller {
    return new Caller(addressKey(address), 'anonymous', policies.anonymous, null, null, address);
  }

  static account(accountId: string, sessionId: string, address: string, policies: UsagePolicies): Caller {
    return new Caller(`account:${accountId}`, 'authenticated', policies.authenticated, accountId, sessionId, address);
  }

  /** Whose limits they are, for a message that names one. */
  get limitOwner(): string {
    return this.kind === 'anonymous' ? 'anonymous callers' : 'signed-in callers';
  }
}

/** `address:` and the address; an IPv6 client holds a whole /64, so that is what counts (an IPv4-mapped one is IPv4). */
export function addressKey(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped) return `address:${mapped[1]}`;
  return `address:${isIPv6(address) ? `${network64(address)}::/64` : address}`;
}

function network64(address: string): string {
  const [head = '', tail] = (address.split('%')[0] ?? '').split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const gap = tail === undefined ? 0 : 8 - left.length - right.length;
  return [...left, ...Array<string>(gap).fill('0'), ...right]
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}
