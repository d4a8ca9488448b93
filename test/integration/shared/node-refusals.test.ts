import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
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
