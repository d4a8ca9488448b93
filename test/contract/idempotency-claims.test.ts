import { randomUUID } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { Caller } from '../../src/accounts/domain/caller.ts';
import { Batch, type BatchState } from '../../src/image-jobs/domain/batch.ts';
import { IdempotencyClaim } from '../../src/image-jobs/domain/idempotency-claim.ts';
import { MikroOrmBatchRepository } from '../../src/image-jobs/infrastructure/sql/mikro-orm-batch.repository.ts';
import { MikroOrmIdempotencyClaims } from '../../src/image-jobs/infrastructure/sql/mikro-orm-idempotency-claims.ts';
import { MikroOrmImageJobRepository } from '../../src/image-jobs/infrastructure/sql/mikro-orm-image-job.repository.ts';
import { loadSettings } from '../../src/settings/load-settings.ts';
import { DATABASES, inTurn, useDatabase } from './databases.ts';
import { accountCaller, job, NO_LIMITS, NOW } from './jobs.ts';

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
  let manager: EntityManager;
  let jobs: MikroOrmImageJobRepository;
  beforeAll(() => {
    manager = inTurn(database.managers, 0);
    jobs = new MikroOrmImageJobRepository(manager);
    repositories = database.managers.map((em) => new MikroOrmIdempotencyClaims(em));
    claims = inTurn(repositories, 0);
  });

  async function addedBatch(caller: Caller & { accountId: string }, id: string, count: number): Promise<BatchState> {
    const sent = Array.from({ length: count }, (_, position) => job(caller, NOW, { batch: { id, position } }));
    const batch = Batch.take(id, caller.accountId, NOW, []);
    return (await new MikroOrmBatchRepository(manager).add(sent, NO_LIMITS, () => batch)) as BatchState;
  }

  test('of twenty claims at once one holds the key, and all others see it', async () => {
    const holders = await Promise.all(
      Array.from({ length: 20 }, (_, n) => inTurn(repositories, n).claim(claimOf('once'), LONG_AGO)),
    );
    expect(new Set(holders.map(({ madeId }) => madeId)).size).toBe(1);
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

  test('a holder who has made a job or a batch is not taken over, however late it was', async () => {
    const caller = await accountCaller(manager);
    const single = await claims.claim(claimOf('slow'), LONG_AGO);
    expect(await jobs.add(job(caller, NOW, { id: single.madeId }), NO_LIMITS)).toBe('added');
    const batch = await claims.claim(claimOf('slow batch'), LONG_AGO);
    await addedBatch(caller, batch.madeId, 2);
    expect(await claims.takeOver(single, claimOf('slow'))).toBe(false);
    expect(await claims.takeOver(batch, claimOf('slow batch'))).toBe(false);
    expect([await claims.isHeld(single), await claims.isHeld(batch)]).toEqual([true, true]);
  });

  test('of a slow holder and one who takes over at the same moment one keeps the key, and no more', async () => {
    const caller = await accountCaller(manager);
    for (let round = 0; round < 40; round += 1) {
      const key = `race ${round}`;
      const slow = await claims.claim(claimOf(key), LONG_AGO);
      const added = jobs.add(job(caller, NOW, { id: slow.madeId }), NO_LIMITS);
      // So that they meet while it is made in some rounds, and while its maker asks for the key in others.
      if (round % 2 === 0) await added;
      const isKept = await Promise.all([
        inTurn(repositories, 1).takeOver(slow, claimOf(key)),
        added.then(() => claims.isHeld(slow)),
      ]);
      expect(isKept.filter(Boolean)).toHaveLength(1);
    }
  });

  test('a released key is free', async () => {
    const first = await claims.claim(claimOf('released'), LONG_AGO);
    await claims.release(first.madeId);
    expect(await claims.isHeld(first)).toBe(false);
    const next = claimOf('released');
    expect(await claims.claim(next, LONG_AGO)).toBe(next);
  });

  test('the key of a batch is free when it has no job left, and not before', async () => {
    const caller = await accountCaller(manager);
    const first = await claims.claim(claimOf('batch'), LONG_AGO);
    const { jobs: sent } = await addedBatch(caller, first.madeId, 2);
    for (const { id } of sent) {
      await claims.releaseEmptied(first.madeId);
      expect(await claims.isHeld(first)).toBe(true);
      await jobs.remove(id);
    }
    await claims.releaseEmptied(first.madeId);
    expect(await claims.isHeld(first)).toBe(false);
  });

  test('a claim of the forgotten time is gone, a later one is not', async () => {
    const old = await claims.claim(claimOf('old', new Date(NOW.getTime() - 1)), LONG_AGO);
    const young = await claims.claim(claimOf('young', new Date(NOW.getTime() + 1)), LONG_AGO);
    await claims.claim(claimOf('any'), NOW);
    expect([await claims.isHeld(old), await claims.isHeld(young)]).toEqual([false, true]);
  });
});
