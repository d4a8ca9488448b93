import type { LookupAddress } from 'node:dns';
import { Resolver } from 'node:dns/promises';
import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { setTimeout } from 'node:timers/promises';

/** Finds the addresses of a name; the signal ends the search itself. Rejects with `ENOTFOUND` or, for now, `EAI_AGAIN`. */
export type Resolve = (name: string, signal: AbortSignal) => Promise<LookupAddress[]>;

/** Who knows names: files as the system has them, and name servers. */
export interface NameSources {
  readonly hostsFile: string;
  /** Names the search domains. */
  readonly resolverFile: string;
  /** Addresses with ports; those of the system unless they are given. */
  readonly servers?: readonly string[];
}

const OF_THIS_SYSTEM: NameSources = { hostsFile: '/etc/hosts', resolverFile: '/etc/resolv.conf' };
/** Each name server is asked twice; whoever waits gives up by the signal. */
const PATIENCE = { timeout: 3000, tries: 2 };
/** How long the addresses of one kind wait for those of the other: some name servers leave out questions for IPv6. */
const OTHER_KIND_MS = 500;
/** What name servers say of a name that nobody has. */
const UNKNOWN: readonly string[] = ['ENOTFOUND', 'ENODATA', 'EBADNAME'];

/**
 * Resolves names as the system does: by its file of hosts, by its name servers, and within its search domains. The
 * system's own function would take up one of two threads for as long as a name server is silent, and all lookups of the
 * process share them: whoever has slow name servers would hold up everybody's webhooks, and ways to the database and S3.
 * Our own, since `cacheable-lookup` asks the system's function for what its resolver does not find.
 */
export function namesBy({ hostsFile, resolverFile, servers }: NameSources = OF_THIS_SYSTEM): Resolve {
  return async (name, signal) => {
    const [hosts, configuration] = await Promise.all([linesOf(hostsFile), linesOf(resolverFile)]);
    const listed = addressesIn(hosts, name);
    if (listed.length > 0) return listed;
    // One for each search: cancelling ends all that a resolver has under way.
    const resolver = new Resolver(PATIENCE);
    if (servers) resolver.setServers(servers);
    const cancel = () => resolver.cancel();
    signal.addEventListener('abort', cancel);
    try {
      return await firstKnown(resolver, [name, ...within(searchDomainsIn(configuration), name)], signal);
    } finally {
      signal.removeEventListener('abort', cancel);
      // What is still asked for, nobody waits for any more.
      cancel();
    }
  };
}

async function firstKnown(resolver: Resolver, names: readonly string[], signal: AbortSignal): Promise<LookupAddress[]> {
  let code = 'ENOTFOUND';
  for (const name of names) {
    signal.throwIfAborted();
    const { found, failures } = await ofBothKinds([resolver.resolve4(name), resolver.resolve6(name)]);
    if (found.length > 0) return found.map(addressOf);
    if (failures.some((failure) => !UNKNOWN.includes(failure))) code = 'EAI_AGAIN';
  }
  throw Object.assign(new Error(`No address was found of ${names.join(' or ')}`), { code });
}

/** The answers of both, in their order; once one has found something, the other has a moment left. */
async function ofBothKinds(asked: readonly Promise<string[]>[]): Promise<{ found: string[]; failures: string[] }> {
  const found = asked.map((): string[] => []);
  const failures: string[] = [];
  const answered = asked.map(async (addresses, n) => {
    try {
      found[n] = await addresses;
    } catch (error) {
      failures.push((error as { code: string }).code);
    }
  });
  const both = Promise.all(answered);
  const aMoment = () => setTimeout(OTHER_KIND_MS, undefined, { ref: false });
  await Promise.any(asked).then(
    () => Promise.race([both, aMoment()]),
    () => both,
  );
  return { found: found.flat(), failures };
}

/** The words of each line that is no comment; none where there is no such file. */
async function linesOf(file: string): Promise<string[][]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.split('\n').map((line) =>
    line
      .replace(/[#;].*/, '')
      .trim()
      .split(/\s+/),
  );
}

function addressesIn(hosts: readonly string[][], name: string): LookupAddress[] {
  const lines = hosts.filter(
    ([address = '', ...names]) => isIP(address) !== 0 && names.some((one) => isSame(one, name)),
  );
  return lines.map(([address = '']) => addressOf(address));
}

/** The last line of its kind counts. */
function searchDomainsIn(configuration: readonly string[][]): string[] {
  return configuration.findLast(([word = '']) => ['search', 'domain'].includes(word))?.slice(1) ?? [];
}

/** A name that ends with a dot is whole. */
function within(domains: readonly string[], name: string): string[] {
  return name.endsWith('.') ? [] : domains.filter((domain) => domain !== '.').map((domain) => `${name}.${domain}`);
}

function addressOf(address: string): LookupAddress {
  return { address, family: isIP(address) };
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
