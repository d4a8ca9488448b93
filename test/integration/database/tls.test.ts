import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDatabase } from '../../../src/database/database.ts';
import { loadSettings } from '../../../src/settings/load-settings.ts';

/** What a client of PostgreSQL sends first when it wants TLS. */
const TLS_REQUEST = '0000000804d2162f';

const server = createServer();
beforeEach(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
});
afterEach(() => server.close());

/** Opens the database of a URL with these parameters on a server that hangs up: its first eight bytes, and the refusal. */
async function opened(parameters: string): Promise<[first: string, refusal: string]> {
  const { port } = server.address() as AddressInfo;
  const settings = loadSettings({
    DATABASE_URL: `postgres://imagepro@127.0.0.1:${port}/imagepro${parameters}`,
    REDIS_URL: 'redis://127.0.0.1',
    JWT_SECRET: 'not used here, but it has to be long',
    PUBLIC_URL: 'http://127.0.0.1',
  });
  let first = '';
  server.once('connection', (socket: Socket) =>
    socket.once('data', (bytes) => {
      first = bytes.toString('hex', 0, 8);
      socket.destroy();
    }),
  );
  const refusal = await openDatabase(settings).then(
    () => '',
    (error: Error) => error.message,
  );
  server.removeAllListeners('connection');
  return [first, refusal];
}

test.each(['?sslmode=require', '?sslmode=verify-full'])(
  '%s asks PostgreSQL for TLS before anything else',
  async (parameters) => {
    expect((await opened(parameters))[0]).toBe(TLS_REQUEST);
  },
);

test.each(['', '?sslmode=disable'])('a URL that ends in "%s" asks for none', async (parameters) => {
  const [first] = await opened(parameters);
  expect(first).toHaveLength(16);
  expect(first).not.toBe(TLS_REQUEST);
});

test.each([
  ['?sslmode=verify-full&sslrootcert=/nowhere/ca.pem', '/nowhere/ca.pem'],
  ['?sslmode=verify-ca', 'sslrootcert'],
])('%s is refused before a byte is sent, with what is missing', async (parameters, missing) => {
  const [first, refusal] = await opened(parameters);
  expect(first).toBe('');
  expect(refusal).toMatch(/^DATABASE_URL: expected /);
  expect(refusal).toContain(missing);
});
