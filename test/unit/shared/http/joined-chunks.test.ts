import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setImmediate as turn } from 'node:timers/promises';
import type { Request, Response } from 'express';
import { afterEach, expect, test } from 'vitest';
import { joinedChunks } from '../../../../src/shared/http/joined-chunks.ts';
import { chunk } from '../../../support/raw-http.ts';

let server: Server;
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

/** A request with this body in its chunks, as the server reads it: joined. */
async function received(chunks: readonly Uint8Array[], head = 'Transfer-Encoding: chunked'): Promise<IncomingMessage> {
  server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const arrived = new Promise<IncomingMessage>((resolve) => {
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      joinedChunks(request as Request, response as Response, () => resolve(request));
    });
  });
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1').on('error', () => undefined);
  socket.write(`POST / HTTP/1.1\r\nHost: localhost\r\n${head}\r\n\r\n`);
  socket.write(Buffer.concat([...chunks.map(chunk), Buffer.from('0\r\n\r\n')]));
  return arrived;
}

test('chunks of one byte that come together are read as one', async () => {
  const bytes = Buffer.from('one byte after the other, '.repeat(200));
  const request = await received([...bytes].map((byte) => Uint8Array.of(byte)));
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece);
  expect(Buffer.concat(pieces)).toEqual(bytes);
  // As many as the connection gave them in.
  expect(pieces.length).toBeLessThan(20);
});

test('a body of all sizes of chunks is whole, and no more of it is held than of any other', async () => {
  const chunks = Array.from({ length: 3000 }, (_, n) => Buffer.alloc(n % 7 === 0 ? 5000 + n : 1 + (n % 3), n));
  const request = await received(chunks);
  const pieces: Buffer[] = [];
  let most = 0;
  for await (const piece of request) {
    pieces.push(piece);
    await turn();
    most = Math.max(most, request.readableLength);
  }
  expect(Buffer.concat(pieces)).toEqual(Buffer.concat(chunks));
  expect(most).toBeGreaterThan(0);
  // What is held already, and what one more reading of the connection brings.
  expect(most).toBeLessThan(request.readableHighWaterMark + 65_536);
});

test('a body whose length is told is left as it comes', async () => {
  const request = await received([], 'Content-Length: 5');
  expect((await buffer(request)).toString()).toBe('0\r\n\r\n');
});
