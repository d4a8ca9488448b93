import { once } from 'node:events';
import { Agent, createServer, get, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, onTestFinished, test } from 'vitest';
import { answerNodeRefusals, type RawRefusal } from '../../../src/shared/http/node-refusals.ts';

test('a refusal without a host names the address that was called, of IPv6 too, and is logged', async () => {
  const logged: RawRefusal[] = [];
  const server = createServer();
  const log = (refusal: RawRefusal) => void logged.push(refusal);
  answerNodeRefusals(server, { publicUrl: null, headers: {}, answer: () => {}, log });
  server.listen(0, '::1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const socket = connect(port, '::1');
  socket.write('hello\r\n\r\n');
  const [, body = ''] = (await text(socket)).split('\r\n\r\n');
  const { type, request_id } = JSON.parse(body);
  expect(type).toBe(`http://[::1]:${port}/problems/malformed_request/`);
  expect(logged).toEqual([{ request_id, status: 400, code: 'malformed_request', address: '::1' }]);
});

test('a connection that idles keeps nothing of its last request', async () => {
  const server = createServer();
  answerNodeRefusals(server, { publicUrl: null, headers: {}, answer: () => {}, log: () => {} });
  let latest: WeakRef<IncomingMessage> | undefined;
  let closed: Promise<unknown> | undefined;
  server.on('request', (request, response) => {
    latest = new WeakRef(request);
    closed = once(response, 'close');
    response.end('done');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const agent = new Agent({ keepAlive: true });
  onTestFinished(() => {
    agent.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const [answer] = (await once(get({ port, agent }), 'response')) as [IncomingMessage];
  expect(await text(answer)).toBe('done');
  await closed;
  // What has died in a turn of the event loop may be held until its end.
  await new Promise(setImmediate);
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  expect(latest?.deref()).toBeUndefined();
  expect(Object.values(agent.freeSockets).flat()).toHaveLength(1);
});
