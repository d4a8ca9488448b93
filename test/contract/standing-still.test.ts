import { setImmediate as turn } from 'node:timers/promises';
import type { PostgreSqlConnection } from '@mikro-orm/postgresql';
import { afterEach, expect, test, vi } from 'vitest';
import { RedisSlidingWindows } from '../../src/accounts/infrastructure/rates/redis-sliding-windows.ts';
import { openDatabase } from '../../src/database/database.ts';
import { loadSettings } from '../../src/settings/load-settings.ts';
import { RedisConnections } from '../../src/shared/redis/redis-connections.ts';
import { freshDatabase, freshRedis } from '../support/servers/fresh.ts';
import { TestClock } from '../support/test-clock.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** Stops this process where it is, as a paused machine does: what comes meanwhile is read when all its time limits are over. */
function standStill(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

/** Connections to a database whose statements may take a second, and a second more to be heard of. */
async function pool() {
  const orm = await openDatabase(
    loadSettings({
      DATABASE_URL: await freshDatabase(),
      REDIS_URL: 'redis://127.0.0.1',
      JWT_SECRET: 'not used here, but it has to be long',
      PUBLIC_URL: 'http://127.0.0.1',
      DATABASE_STATEMENT_SECONDS: '1',
    }),
  );
  closers.push(() => orm.close());
  return (orm.em.getConnection() as PostgreSqlConnection).getNativeClient();
}

test('callers are held to their rate by a process that stood still while it asked Redis', async () => {
  const redis = new RedisConnections(await freshRedis());
  closers.push(() => redis.close());
  await redis.start();
  const windows = new RedisSlidingWindows(redis.commands, new TestClock());
  expect(await windows.take('caller', 1, 60)).toMatchObject({ accepted: true });
  const lost = vi.fn();
  redis.commands.on('close', lost);
  const taking = windows.take('caller', 1, 60);
  standStill(1500);
  expect(await taking).toMatchObject({ accepted: false });
  expect(lost).not.toHaveBeenCalled();
});

test('a statement is answered that was under way while the process stood still', async () => {
  const connections = await pool();
  const asked = connections.query("select 'answered' as how from pg_sleep(0.5)");
  await turn();
  standStill(2500);
  expect((await asked).rows).toEqual([{ how: 'answered' }]);
});

test('a connection is made that was being made while the process stood still', async () => {
  const connections = await pool();
  const held = await Promise.all(Array.from({ length: connections.idleCount }, () => connections.connect()));
  const connecting = connections.connect();
  await turn();
  standStill(3500);
  const client = await connecting;
  expect((await client.query("select 'answered' as how")).rows).toEqual([{ how: 'answered' }]);
  for (const each of [client, ...held]) each.release();
});
