import { execFileSync } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { LookupAddress } from 'node:dns';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import { type AddressInfo, isIPv6 } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { AddressRules, networksIn } from '../../../src/webhooks/infrastructure/sending/address-rules.ts';
import { GuardedSender } from '../../../src/webhooks/infrastructure/sending/guarded-sender.ts';
import { BusyReceiver } from '../../support/busy-receiver.ts';
import { RawReceiver } from '../../support/raw-receiver.ts';
import { Receiver } from '../../support/receiver.ts';

/** All that part of the internet which nobody may be sent to, network by network: addresses at their edges. */
const REFUSED: Record<string, string[]> = {
  'this network': ['0.0.0.0', '0.255.255.255', '::'],
  loopback: ['127.0.0.1', '127.255.255.254', '::1'],
  private: ['10.0.0.0', '10.255.255.255', '172.16.0.1', '172.31.255.255', '192.168.0.1', '192.168.255.255'],
  'carrier-grade': ['100.64.0.0', '100.127.255.255'],
  'link-local': ['169.254.0.1', '169.254.255.255', 'fe80::1', 'febf::1', 'fec0::1'],
  'metadata services': [
    '169.254.169.254',
    '169.254.170.2',
    '100.100.100.200',
    '192.0.0.192',
    'fd00:ec2::254',
    'fd20:ce::254',
  ],
  'a cloud provider itself': ['168.63.129.16'],
  'documentation and tests': [
    ...['192.0.2.1', '198.51.100.1', '203.0.113.1', '198.18.0.1', '198.19.255.255'],
    ...['2001:db8::1', '3fff::1', '2001:2::1', '100::1'],
  ],
  'protocol assignments': ['192.0.0.1', '192.88.99.1', '2001::1', '2001:10::1', '2001:20::1', '5f00::1'],
  multicast: ['224.0.0.1', '239.255.255.255', 'ff02::1', 'ff0e::1'],
  'reserved and broadcast': ['240.0.0.1', '255.255.255.255', '4000::1', 'e000::1'],
  'unique-local': ['fc00::1', 'fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  'IPv4-mapped': ['::ffff:127.0.0.1', '::ffff:7f00:1', '0:0:0:0:0:ffff:8.8.8.8'],
  'IPv4-compatible': ['::127.0.0.1', '::808:808'],
  'IPv4-translated': ['::ffff:0:127.0.0.1'],
  NAT64: ['64:ff9b::7f00:1', '64:ff9b::8.8.8.8', '64:ff9b:1::1'],
  '6to4': ['2002:7f00:1::1', '2002:808:808::1'],
  Teredo: ['2001:0:7f00:1::1'],
};

/** Ways to write addresses that are refused. */
const SPELLINGS = [
  ...[
    'http://127.1/',
    'http://2130706433/',
    'http://0x7f000001/',
    'http://0x7f.1/',
    'http://017700000001/',
    'http://0177.0.0.1/',
  ],
  ...[
    'http://127.0.0.1./',
    'http://①②⑦.⓪.⓪.①/',
    'http://%31%32%37.0.0.1/',
    'http://0/',
    'http://0xa9fea9fe/',
    'http://2852039166/',
  ],
  ...[
    'http://[::1]/',
    'http://[0:0:0:0:0:0:0:1]/',
    'http://[0000:0000::0001]/',
    'http://[::FFFF:127.0.0.1]/',
    'http://[::ffff:7f00:0001]/',
  ],
  ...['http://[fe80::1]/', 'http://[FD00:EC2::254]/', 'http://[64:ff9b::127.0.0.1]/', 'http://[2002:7f00:1::]/'],
];

const PUBLIC = [
  '93.184.216.34',
  '8.8.8.8',
  '1.0.0.1',
  '172.15.255.255',
  '172.32.0.1',
  '100.63.255.255',
  '100.128.0.1',
  '169.253.255.255',
  '2606:4700::1111',
  '2001:4860:4860::8888',
];
const NOT_ALLOWED = 'The host is at an address that is not allowed';

const message = (url: string) => ({ url, headers: { 'webhook-id': 'x' }, body: '{"type":"webhook.test"}' });
const never = new AbortController().signal;
const bracketed = (address: string) => (isIPv6(address) ? `[${address}]` : address);
const of = (...addresses: string[]): LookupAddress[] =>
  addresses.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }));
const rules = (networks = '', http = true) => new AddressRules({ networks: networksIn(networks) ?? [], http });
const sender = (over: AddressRules, resolve?: (name: string) => Promise<LookupAddress[]>) =>
  new GuardedSender(over, 2, resolve);

let sockets = 0;
const count = () => {
  sockets += 1;
};
beforeAll(() => subscribe('net.client.socket', count));
afterAll(() => unsubscribe('net.client.socket', count));
beforeEach(() => {
  sockets = 0;
});
const receivers: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const receiver of receivers.splice(0)) await receiver.close();
});
async function receiver(...args: Parameters<typeof Receiver.listen>): Promise<Receiver> {
  const listening = await Receiver.listen(...args);
  receivers.push(listening);
  return listening;
}

describe.each(Object.entries(REFUSED))('%s', (_network, addresses) => {
  test.each(addresses)('%s is refused as it stands, and no connection is tried', async (address) => {
    const url = `https://${bracketed(address)}/`;
    expect(rules().expected(url)).toBe('a URL of a host on the public internet');
    expect((await sender(rules()).send(message(url), never)).error).toBe('The URL is not allowed');
    expect(sockets).toBe(0);
  });

  test.each(addresses)('a name that is at %s is refused, and no connection is tried', async (address) => {
    const url = 'https://hooks.example/';
    expect(rules().expected(url)).toBeNull();
    expect((await sender(rules(), async () => of(address)).send(message(url), never)).error).toBe(NOT_ALLOWED);
    expect((await sender(rules(), async () => of('8.8.8.8', address)).send(message(url), never)).error).toBe(
      NOT_ALLOWED,
    );
    expect(sockets).toBe(0);
  });
});

test.each(SPELLINGS)('%s is refused', async (url) => {
  expect(rules().expected(url)).toBe('a URL of a host on the public internet');
  expect((await sender(rules()).send(message(url), never)).error).toBe('The URL is not allowed');
  expect(sockets).toBe(0);
});

test.each(PUBLIC)('%s is not refused', (address) => {
  expect(rules().expected(`https://${bracketed(address)}/`)).toBeNull();
  expect(rules().mayConnect(new URL('https://hooks.example/'), address)).toBe(true);
});

/** Few as they are typed, and more than a label may have as they are sent. */
const MANY_LETTERS = Array.from({ length: 30 }, (_, n) => String.fromCodePoint(0x4e00 + 97 * n)).join('');

test.each([
  ['ftp://hooks.example/', 'a URL that begins with https://'],
  ['http://hooks.example/', 'a URL that begins with https://'],
  ['hooks.example', 'a URL that begins with https://'],
  ['https://ada@hooks.example/', 'a URL without user and password'],
  ['https://:secret@hooks.example/', 'a URL without user and password'],
  ['https://hooks.example:22/', 'a URL with port 443 or 8443'],
  [`https://hooks.example/${'x'.repeat(2048)}`, 'a URL of at most 2048 characters, as it is sent'],
  [`https://hooks.example/${'ü'.repeat(400)}`, 'a URL of at most 2048 characters, as it is sent'],
  [`https://${'a'.repeat(64)}.example/`, 'a URL whose host has at most 253 characters, and 63 between two dots'],
  [`https://${MANY_LETTERS}.example/`, 'a URL whose host has at most 253 characters, and 63 between two dots'],
  [`https://${'a.'.repeat(124)}example/`, 'a URL whose host has at most 253 characters, and 63 between two dots'],
])('%s is refused', (url, expected) => {
  expect(rules('', false).expected(url)).toBe(expected);
});

test.each([
  'https://hooks.example/',
  'https://hooks.example:8443/a?b=c',
  'HTTPS://hooks.example:443',
  `https://${'a'.repeat(63)}.example./`,
  `https://${'a.'.repeat(123)}example/`,
  `https://hooks.example/${'ü'.repeat(300)}`,
])('%s is taken', (url) => {
  expect(rules('', false).expected(url)).toBeNull();
});

describe('networks of the operator', () => {
  test.each(['10.0.0.0/33', '10.0.0/8', 'example.com', '10.0.0.0/8,', '::1/129', '10.0.0.0/-1', '010.0.0.0/8'])(
    '%s is no list of them',
    (list) => {
      expect(networksIn(list)).toBeNull();
    },
  );

  test('are open, on every port, and nothing beyond them', () => {
    const opened = rules('10.1.0.0/16, fd00:1::/32,192.168.7.7');
    for (const url of ['http://10.1.2.3:9000/', 'https://[fd00:1::5]:1/', 'http://192.168.7.7/']) {
      expect(opened.expected(url)).toBeNull();
    }
    for (const url of [
      'http://10.2.0.1/',
      'https://[fd00:2::1]/',
      'http://192.168.7.8/',
      'https://[::ffff:10.1.2.3]/',
    ]) {
      expect(opened.expected(url)).toBe('a URL of a host on the public internet');
    }
    expect(opened.expected('https://8.8.8.8:9000/')).toBe('a URL with port 443 or 8443');
  });

  test('a name with another port may lead into them, and nowhere else', async () => {
    const told = await receiver();
    const opened = rules('127.0.0.1');
    const url = `http://hooks.example:${told.port}/`;
    expect(opened.expected(url)).toBeNull();
    expect(await sender(opened, async () => of('127.0.0.1')).send(message(url), never)).toMatchObject({
      statusCode: 204,
    });
    sockets = 0;
    expect((await sender(opened, async () => of('8.8.8.8')).send(message(url), never)).error).toBe(NOT_ALLOWED);
    expect(sockets).toBe(0);
  });
});

test('the address that was checked is the one that is connected to: a name is resolved once a send', async () => {
  const told = await receiver();
  const trap = await receiver();
  const asked: string[] = [];
  const answers = [of('127.0.0.1'), of('127.0.0.2')];
  const rebinding = sender(rules('127.0.0.1'), async (name) => {
    asked.push(name);
    return answers.shift() ?? [];
  });
  const url = `http://hooks.example:${told.port}/`;
  expect(await rebinding.send(message(url), never)).toMatchObject({ statusCode: 204 });
  expect(asked).toEqual(['hooks.example']);
  expect(told.messages[0]?.headers.host).toBe(`hooks.example:${told.port}`);
  expect((await rebinding.send(message(url), never)).error).toBe(NOT_ALLOWED);
  expect([told.messages.length, trap.messages.length, sockets]).toEqual([1, 0, 1]);
});

test('of several addresses another is tried when one does not answer', async () => {
  const told = await receiver();
  const url = `http://hooks.example:${told.port}/`;
  const both = sender(rules('127.0.0.0/8'), async () => of('127.0.0.9', '127.0.0.1'));
  expect(await both.send(message(url), never)).toMatchObject({ statusCode: 204 });
});

test('one that takes up a connection when its first packet is sent again is not given up for another', async () => {
  const busy = await BusyReceiver.listen();
  receivers.push(busy);
  const url = `http://hooks.example:${busy.port}/`;
  // At the second one nobody listens.
  const both = new GuardedSender(rules('127.0.0.0/8'), 60, async () => of('127.0.0.1', '127.0.0.9'));
  const sent = both.send(message(url), never);
  await busy.unheard();
  busy.resume();
  expect(await sent).toMatchObject({ statusCode: 204 });
});

test('a redirect to the metadata service is an answer, and no second connection is made', async () => {
  const told = await receiver((response) =>
    response.writeHead(302, { Location: 'http://169.254.169.254/latest/meta-data/' }).end(),
  );
  expect(await sender(rules('127.0.0.1')).send(message(told.url), never)).toMatchObject({ statusCode: 302 });
  expect(sockets).toBe(1);
});

const MOMENT = new Date('2026-11-06T08:49:37Z');
test.each([
  ['120', 120],
  ['Fri, 06 Nov 2026 08:49:37 GMT', MOMENT],
  ['Friday, 06-Nov-26 08:49:37 GMT', MOMENT],
  ['Fri Nov  6 08:49:37 2026', MOMENT],
  ['Fri, 06 Nov 2026 28:49:37 GMT', undefined],
  ['2026-11-06', undefined],
  ['-5', undefined],
])('a Retry-After of %s asks for %s', async (header, retryAfter) => {
  const told = await receiver((response) => response.writeHead(503, { 'Retry-After': header }).end());
  const sent = await sender(rules('127.0.0.1')).send(message(told.url), never);
  expect(sent).toEqual({ statusCode: 503, retryAfter, milliseconds: expect.any(Number) });
});

describe('an exchange that goes wrong is told of in words', () => {
  test('a name that nobody has', async () => {
    const failing = sender(rules(), async () => Promise.reject(Object.assign(new Error('no'), { code: 'ENOTFOUND' })));
    const { error } = await failing.send(message('https://hooks.example/'), never);
    expect(error).toBe('The name of the host does not resolve');
  });

  test('a name that is looked up for ever, and a receiver that never answers', async () => {
    const late = new GuardedSender(rules('127.0.0.1'), 0.3, () => new Promise(() => undefined));
    expect((await late.send(message('https://hooks.example/'), never)).error).toBe('No answer came within 0.3 s');
    const silent = await receiver(() => undefined);
    expect((await late.send(message(silent.url), never)).error).toBe('No answer came within 0.3 s');
  });

  test('a receiver that has answered while the process stood still for longer than it may take is not among them', async () => {
    const told = await receiver((response) => {
      response.writeHead(204).end();
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1500);
    });
    expect(await new GuardedSender(rules('127.0.0.1'), 1).send(message(told.url), never)).toMatchObject({
      statusCode: 204,
    });
  });

  test('a receiver that has not answered when the process stops', async () => {
    const stopping = new AbortController();
    const silent = await receiver(() => stopping.abort());
    const { error } = await sender(rules('127.0.0.1')).send(message(silent.url), stopping.signal);
    expect(error).toBe('The message could not be sent');
  });

  test('a port at which nobody listens, and an answer that is no HTTP', async () => {
    const gone = await Receiver.listen();
    const { url } = gone;
    await gone.close();
    expect((await sender(rules('127.0.0.1')).send(message(url), never)).error).toBe('The connection was refused');
    const odd = await receiver((response) => response.socket?.end('SSH-2.0-OpenSSH\r\n'));
    expect((await sender(rules('127.0.0.1')).send(message(odd.url), never)).error).toBe('The answer was no HTTP');
  });

  const SWITCHING = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n';
  const CLOSED = { error: 'The connection was closed before an answer came' };
  test.each([
    ['a change of the protocol', SWITCHING, 'stays', { statusCode: 101 }],
    ['a change of the protocol, and the end', SWITCHING, 'closes', { statusCode: 101 }],
    ['a change of the protocol to none', 'HTTP/1.1 101 Switching Protocols\r\n\r\n', 'stays', { statusCode: 101 }],
    ['a change of the protocol, and its bytes', `${SWITCHING}bytes`, 'stays', { statusCode: 101 }],
    ['an upgrade that is a 200', SWITCHING.replace('101', '200'), 'closes', { statusCode: 200 }],
    ['a word ahead, and the end', 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n', 'closes', CLOSED],
    [
      'a word ahead, and nothing more',
      'HTTP/1.1 100 Continue\r\n\r\n',
      'stays',
      { error: 'No answer came within 2 s' },
    ],
    ['half a head, and the end', 'HTTP/1.1 200 OK\r\nContent-', 'closes', CLOSED],
    ['nothing, and the end', '', 'closes', CLOSED],
  ] as const)('%s', async (_what, answer, then, outcome) => {
    const odd = await RawReceiver.listen(answer, then);
    receivers.push(odd);
    const sent = await sender(rules('127.0.0.1')).send(message(odd.url), never);
    expect(sent).toEqual({ ...outcome, milliseconds: expect.any(Number) });
  });

  test('an answer that never ends is read no further than its limit', async () => {
    const endless = await receiver((response) => {
      const write = () => {
        while (response.write(Buffer.alloc(65_536)));
      };
      response.writeHead(200).on('drain', write);
      write();
    });
    const outcome = await sender(rules('127.0.0.1')).send(message(endless.url), never);
    expect(outcome).toEqual({ statusCode: 200, milliseconds: expect.any(Number) });
  });
});

describe('over TLS', () => {
  const folder = mkdtempSync(join(tmpdir(), 'imagepro-test-'));
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
  const trusted = getCACertificates('default');
  beforeAll(() => {
    // openssl is one of Debian's base packages.
    execFileSync(
      'openssl',
      [
        ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1'],
        ...['-subj', '/CN=hooks.example', '-addext', 'subjectAltName=DNS:hooks.example'],
        ...['-keyout', key, '-out', certificate],
      ],
      { stdio: 'ignore' },
    );
  });
  afterEach(() => setDefaultCACertificates(trusted));
  afterAll(() => rmSync(folder, { recursive: true }));

  /** Sends over TLS to this name, which is at a server of this machine. */
  async function sentTo(name: string) {
    const server = createServer({ key: readFileSync(key), cert: readFileSync(certificate) }, (request, response) => {
      request.resume();
      response.end();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    receivers.push({ close: async () => void server.close() });
    const { port } = server.address() as AddressInfo;
    return sender(rules('127.0.0.1'), async () => of('127.0.0.1')).send(message(`https://${name}:${port}/`), never);
  }

  test('a certificate that is trusted for the name is taken', async () => {
    setDefaultCACertificates([...trusted, readFileSync(certificate, 'utf8')]);
    expect(await sentTo('hooks.example')).toMatchObject({ statusCode: 200 });
  });

  test('one that nobody trusts, or that is for another name, is not', async () => {
    const words = expect.stringContaining('the certificate is not valid for this host');
    expect((await sentTo('hooks.example')).error).toEqual(words);
    setDefaultCACertificates([...trusted, readFileSync(certificate, 'utf8')]);
    expect((await sentTo('other.example')).error).toEqual(words);
  });
});
