import { isIPv6 } from 'node:net';
import type { ApiKey } from './api-key.ts';
import type { RouteScope } from './scope.ts';
import type { OwnPolicy, UsagePolicies, UsagePolicy } from './usage-policy.ts';

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
    /** The key that the request came with, if it is a program's. */
    readonly apiKey: Pick<ApiKey, 'id' | 'prefix' | 'scopes'> | null,
    /** Whose limits they are, for a message that names one. */
    readonly limitOwner: string,
  ) {}

  static anonymous(address: string, policies: UsagePolicies): Caller {
    const key = addressKey(address);
    return new Caller(key, 'anonymous', policies.anonymous, null, null, address, null, 'anonymous callers');
  }

  /** `own` is what the operator has set for the account alone. */
  static account(
    accountId: string,
    sessionId: string,
    address: string,
    policies: UsagePolicies,
    own: OwnPolicy | null = null,
  ): Caller {
    return Caller.member(accountId, sessionId, address, null, policies, own);
  }

  /** A program that shows a key of the account: it is counted and owns as the account does. */
  static program(
    { id, accountId, prefix, scopes }: ApiKey,
    address: string,
    policies: UsagePolicies,
    own: OwnPolicy | null = null,
  ): Caller {
    return Caller.member(accountId, null, address, { id, prefix, scopes }, policies, own);
  }

  private static member(
    accountId: string,
    sessionId: string | null,
    address: string,
    apiKey: Caller['apiKey'],
    { authenticated }: UsagePolicies,
    own: OwnPolicy | null,
  ): Caller {
    const policy = own === null ? authenticated : { ...authenticated, ...own };
    const limitOwner = own === null ? 'signed-in callers' : 'this account';
    return new Caller(
      ownerKeyOf(accountId),
      'authenticated',
      policy,
      accountId,
      sessionId,
      address,
      apiKey,
      limitOwner,
    );
  }

  /**
   * The account of a caller who has to have one.
   * @throws Error when they have none: what asks for it is open to others than accounts
   */
  get ownAccountId(): string {
    if (this.accountId === null) throw new Error('Expected a caller with an account, received an anonymous one');
    return this.accountId;
  }

  /** Whether a route is open to them that asks this of an API key; a session's token opens all. */
  hasScope(scope: RouteScope | undefined): boolean {
    if (this.apiKey === null || scope === 'any') return true;
    return scope !== undefined && this.apiKey.scopes.includes(scope);
  }
}

/** What a caller has shown, and of which account it is; it must still be good when something is written for them. */
export type Credential = Pick<Caller, 'accountId' | 'sessionId' | 'apiKey'>;

/** What an account's requests, jobs and files are counted under. */
export function ownerKeyOf(accountId: string): string {
  return `account:${accountId}`;
}

/** `address:` and the address; an IPv6 client holds a whole /64, so that is what counts (an IPv4-mapped one is IPv4). */
export function addressKey(address: string): string {
  if (!isIPv6(address)) return `address:${address}`;
  const groups = groupsOf(address);
  const [first, second] = groups.slice(6) as [number, number];
  const isMapped = groups[5] === 0xffff && groups.slice(0, 5).every((group) => group === 0);
  if (isMapped) return `address:${[first >> 8, first & 255, second >> 8, second & 255].join('.')}`;
  const network = groups.slice(0, 4).map((group) => group.toString(16));
  return `address:${network.join(':')}::/64`;
}

/** The eight groups of an IPv6 address. */
function groupsOf(address: string): number[] {
  // A URL writes every spelling of an address in one way, without dots.
  const { hostname } = new URL(`http://[${address.split('%')[0]}]`);
  const [left = [], right = []] = hostname
    .slice(1, -1)
    .split('::')
    .map((part) => part.split(':').filter((group) => group !== ''));
  const gap = Array<string>(8 - left.length - right.length).fill('0');
  return [...left, ...gap, ...right].map((group) => Number.parseInt(group, 16));
}
