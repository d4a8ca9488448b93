import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { Caller } from '../../src/accounts/domain/caller.ts';
import { IdempotencyClaim } from '../../src/image-jobs/domain/idempotency-claim.ts';
import { MikroOrmIdempotencyClaims } from '../../src/image-jobs/infrastructure/sql/mikro-orm-idempotency-claims.ts';
import { loadSettings } from '../../src/settings/load-settings.ts';
import { DATABASES, inTurn, useDatabase } from './databases.ts';

const NOW = new Date('2026-01-01T12:00:00.000Z');
const LONG_AGO = new Date(0);
const { policies } = loadSettings({});

/** A claim of an account; those of one key differ in their job alone. */
function claimOf(key: string, now = NOW): IdempotencyClaim {
  const caller = Caller.account('4b4f5f0e-0000-4000-8000-000000000000', 'session', '', policies);
  return IdempotencyClaim.make(caller, { key, fingerprint: 'f' }, randomUUID(), now);
}

describe.each(DATABASES)('IdempotencyClaims on %s', (kind) => {
  const database = useDatabase(kind);
  let repositories: MikroOrmIdempotencyClaims[];
  let claims: MikroOrmIdempotencyClaims;
  beforeAll(() => {
    repositories = database.managers.map((em) => new MikroOrmIdempotencyClaims(em));
    claims = inTurn(repositories, 0);
  });

  test('of twenty claims at once one holds the key, and all others see it', async () => {
    const holders = await Promise.all(
      Array.from({ length: 20 }, (_, n) => inTurn(repositories, n).claim(claimOf('once'), LONG_AGO)),
    );
    expect(new Set(holders.map(({ jobId }) => jobId)).size).toBe(1);
  });

  test('a holder comes back as it was claimed', async () => {
    const first = claimOf('same');
    await claims.claim(first, LONG_AGO);
    expect(await claims.claim(claimOf('same'), LONG_AGO)).toEqual(first);
  });

  test('of twenty who take over a dead holder one succeeds', async () => {
    const dead = await claims.claim(claimOf('dead'), LONG_AGO);
    const heirs = Array.from({ length: 20 }, () => claimOf('dead'));
    const won = await Promise.all(heirs.map((heir, n) => inTurn(repositories, n).takeOver(dead, heir)));
    expect(won.filter(Boolean)).toHaveLength(1);
    const held = await Promise.all(heirs.map((heir) => claims.isHeld(heir)));
    expect(held).toEqual(won);
    expect(await claims.isHeld(dead)).toBe(false);
  });

  test('a released key is free', async () => {
    const first = await claims.claim(claimOf('released'), LONG_AGO);
    await claims.release(first.jobId);
    expect(await claims.isHeld(first)).toBe(false);
    const next = claimOf('released');
    expect(await claims.claim(next, LONG_AGO)).toBe(next);
  });

  test('a claim of the forgotten time is gone, a later one is not', async () => {
    const old = await claims.claim(claimOf('old', new Date(NOW.getTime() - 1)), LONG_AGO);
    const young = await claims.claim(claimOf('young', new Date(NOW.getTime() + 1)), LONG_AGO);
    await claims.claim(claimOf('any'), NOW);
    expect([await claims.isHeld(old), await claims.isHeld(young)]).toEqual([false, true]);
  });
});
