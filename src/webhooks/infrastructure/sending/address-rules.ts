import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { WebhookAddresses } from '../../application/ports.ts';

type Address = ipaddr.IPv4 | ipaddr.IPv6;
/** A network: an address in it, and the bits that count. */
export type Network = readonly [address: Address, bits: number];

/** Ports that may be sent to beyond the operator's own networks, by scheme. */
const PORTS: Readonly<Record<string, readonly string[]>> = { 'https:': ['443', '8443'], 'http:': ['80', '8080'] };
const DEFAULT_PORT: Readonly<Record<string, string>> = { 'https:': '443', 'http:': '80' };
/** All that is globally reachable unicast in IPv6; `::/96`, which hides IPv4, lies outside. */
const GLOBAL_IPV6 = ipaddr.IPv6.parseCIDR('2000::/3');
/** A public address at which a cloud provider's machines reach its own services. */
const AZURE = '168.63.129.16';
/** As the URL is sent: of what was typed, each letter beyond ASCII may become nine. */
const LONGEST_URL = 2048;
/** Of a name in the DNS, and of each part of it (RFC 1035, 2.3.4). */
const [LONGEST_HOST, LONGEST_LABEL] = [253, 63];

/** What the operator opens beyond what anyone may be sent. */
export interface OpenedAddresses {
  /** Networks into which messages may be sent, to every port. */
  readonly networks: readonly Network[];
  /** Whether messages may be sent without encryption. */
  readonly http: boolean;
}

/** A list such as `10.1.0.0/16, fd00::/8, 192.0.2.7`; null when it is none. */
export function networksIn(list: string): Network[] | null {
  if (list.trim() === '') return [];
  const networks = list.split(',').map((entry) => networkOf(entry.trim()));
  return networks.every((network) => network !== null) ? networks : null;
}

function networkOf(text: string): Network | null {
  const [address = '', bits, ...rest] = text.split('/');
  if (isIP(address) === 0 || rest.length > 0 || (bits !== undefined && !/^\d{1,3}$/.test(bits))) return null;
  const parsed = ipaddr.parse(address);
  const most = parsed.kind() === 'ipv4' ? 32 : 128;
  return bits === undefined ? [parsed, most] : Number(bits) <= most ? [parsed, Number(bits)] : null;
}

/** Which addresses may be sent to: those that are globally reachable, and those in networks that the operator opens. */
export class AddressRules extends WebhookAddresses {
  constructor(private readonly opened: OpenedAddresses) {
    super();
  }

  expected(url: string): string | null {
    const { networks, http } = this.opened;
    const schemes = http ? 'https or http' : 'https';
    const tooLong = `a URL of at most ${LONGEST_URL} characters, as it is sent`;
    if (url.length > LONGEST_URL) return tooLong;
    const parsed = URL.parse(url);
    if (!parsed || !(parsed.protocol === 'https:' || (http && parsed.protocol === 'http:')))
      return `a URL that begins with ${schemes}://`;
    if (parsed.username !== '' || parsed.password !== '') return 'a URL without user and password';
    if (parsed.href.length > LONGEST_URL) return tooLong;
    if (!isName(parsed.hostname))
      return `a URL whose host has at most ${LONGEST_HOST} characters, and ${LONGEST_LABEL} between two dots`;
    const literal = literalOf(parsed);
    if (literal !== null && !this.mayBeSentTo(literal)) return 'a URL of a host on the public internet';
    // A name may lead into an opened network, where every port is: that is seen when it is resolved.
    const anyPort = literal === null ? networks.length > 0 : this.isOpened(literal);
    if (!anyPort && !hasUsualPort(parsed)) return `a URL with port ${portsOf(parsed).join(' or ')}`;
    return null;
  }

  /** Whether this address, as it was resolved, may be connected to for this URL. */
  mayConnect(url: URL, address: string): boolean {
    return this.mayBeSentTo(address) && (hasUsualPort(url) || this.isOpened(address));
  }

  private mayBeSentTo(address: string): boolean {
    return isGlobal(address) || this.isOpened(address);
  }

  private isOpened(address: string): boolean {
    const parsed = ipaddr.parse(address);
    return this.opened.networks.some(
      ([network, bits]) => network.kind() === parsed.kind() && parsed.match(network as ipaddr.IPv6, bits),
    );
  }
}

/** The address that a URL names itself; a name is null. The parser of URLs reads every spelling, octal and the like. */
export function literalOf({ hostname }: URL): string | null {
  const address = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
  return isIP(address) === 0 ? null : address;
}

/**
 * Whether an address is globally reachable unicast: what IANA's registries of special addresses name is not, nor is IPv4
 * that is wrapped in IPv6, which would be reached by another way.
 */
function isGlobal(address: string): boolean {
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== 'unicast' || address === AZURE) return false;
  return parsed.kind() === 'ipv4' || parsed.match(GLOBAL_IPV6 as never);
}

function isName(hostname: string): boolean {
  return hostname.length <= LONGEST_HOST && hostname.split('.').every((label) => label.length <= LONGEST_LABEL);
}

function hasUsualPort(url: URL): boolean {
  return portsOf(url).includes(url.port || (DEFAULT_PORT[url.protocol] ?? ''));
}

function portsOf({ protocol }: URL): readonly string[] {
  return PORTS[protocol] ?? [];
}
