import { lookup } from 'node:dns/promises';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AddressRules, networksIn } from '../../../src/webhooks/infrastructure/sending/address-rules.ts';
import { GuardedSender } from '../../../src/webhooks/infrastructure/sending/guarded-sender.ts';
import { namesBy } from '../../../src/webhooks/infrastructure/sending/names.ts';
import { NameServer } from '../../support/name-server.ts';
import { Receiver } from '../../support/receiver.ts';

/** Far more lookups at once than the process has threads. */
const MANY = 64;
/** Longer than these tests. */
const NEVER_LATE = 300;

const rules = new AddressRules({ networks: networksIn('127.0.0.0/8') ?? [], http: true });
let folder: string;
let receiver: Receiver;
let server: NameServer;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'imagepro-test-'));
  writeFileSync(
    join(folder, 'hosts'),
    '127.0.0.1 listed.example Listed # unlisted.example\n::1 listed.example\nbad bad\n',
  );
  writeFileSync(
    join(folder, 'resolv.conf'),
    'search old.internal\nsearch team.internal office.internal\noptions ndots:5\n',
  );
  receiver = await Receiver.listen();
  server = await NameServer.listen({
    'silent.example': 'silence',
    'known.example': '127.0.0.1',
    'hooks.office.internal': '127.0.0.1',
    'whole.team.internal': '127.0.0.1',
    'ill.example': 'failure',
    'private.example': '10.0.0.1',
  });
});
afterEach(async () => {
  await receiver.close();
  await server.close();
  rmSync(folder, { recursive: true });
});

function sources() {
  return { hostsFile: join(folder, 'hosts'), resolverFile: join(folder, 'resolv.conf'), servers: [server.address] };
}

const running = () => new AbortController().signal;
function send(name: string, signal = running(), timeoutSeconds = NEVER_LATE) {
  const message = { url: `http://${name}:${receiver.port}/`, headers: {}, body: '{}' };
  return new GuardedSender(rules, timeoutSeconds, namesBy(sources())).send(message, signal);
}

describe('a name server that is silent', () => {
  test('holds up no send to hosts of others, and no other lookup of the process', async () => {
    const stopping = new AbortController();
    const held = Array.from({ length: MANY }, () => send('silent.example', stopping.signal));
    // Both kinds of address.
    await server.askedFor('silent.example', 2 * MANY);
    expect(await send('known.example')).toMatchObject({ statusCode: 204 });
    expect((await lookup('localhost')).address).toBeTruthy();
    stopping.abort();
    for (const { error } of await Promise.all(held)) expect(error).toBe('The message could not be sent');
  });

  test('is given up with the send', async () => {
    expect((await send('silent.example', running(), 0.3)).error).toBe('No answer came within 0.3 s');
  });
});

test('a name server that is silent about IPv6 is not waited for when the addresses in IPv4 are known', async () => {
  await server.close();
  server = await NameServer.listen({ 'known.example': '127.0.0.1' }, false);
  expect(await send('known.example')).toMatchObject({ statusCode: 204 });
  // Once for each kind of address: whoever waits for the silent one asks it again.
  expect(server.asked).toEqual(['known.example', 'known.example']);
});

test.each(['known.example', 'listed.example', 'LISTED', 'hooks', 'whole'])('%s is found', async (name) => {
  const found = await namesBy(sources())(name, running());
  expect(found).toContainEqual({ address: '127.0.0.1', family: 4 });
  expect(found).toHaveLength(name === 'listed.example' ? 2 : 1);
});

test.each([
  ['unlisted.example', 'The name of the host does not resolve'],
  ['hooks.', 'The name of the host does not resolve'],
  ['ill.example', 'The name of the host does not resolve at the moment'],
  ['private.example', 'The host is at an address that is not allowed'],
])('%s is told of in words', async (name, words) => {
  expect((await send(name)).error).toBe(words);
  expect(receiver.messages).toEqual([]);
});

test('a name server that nobody is at is no receiver that refuses', async () => {
  const { address } = server;
  await server.close();
  server = await NameServer.listen({});
  const resolve = namesBy({ ...sources(), servers: [address] });
  await expect(resolve('known.example', running())).rejects.toMatchObject({ code: 'EAI_AGAIN' });
});
