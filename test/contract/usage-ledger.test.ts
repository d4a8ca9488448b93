import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { AccountBelongings, EraseBelongings } from '../../src/accounts/application/account-belongings.ts';
import { ApiKey } from '../../src/accounts/domain/api-key.ts';
import { Caller } from '../../src/accounts/domain/caller.ts';
import { MikroOrmAccountRepository } from '../../src/accounts/infrastructure/sql/mikro-orm-account.repository.ts';
import { ImageJob } from '../../src/image-jobs/domain/image-job.ts';
import type { Output } from '../../src/image-jobs/domain/output.ts';
import { JobEndings } from '../../src/image-jobs/infrastructure/sql/job-endings.ts';
import { MikroOrmImageJobRepository } from '../../src/image-jobs/infrastructure/sql/mikro-orm-image-job.repository.ts';
import { MikroOrmImageWorkRepository } from '../../src/image-jobs/infrastructure/sql/mikro-orm-image-work.repository.ts';
import { loadSettings } from '../../src/settings/load-settings.ts';
import { secondsAfter } from '../../src/shared/clock.ts';
import { SqlUsageLedger } from '../../src/usage/infrastructure/sql/sql-usage-ledger.ts';
import { usageWriter } from '../../src/usage/infrastructure/sql/usage-writer.ts';
import { DATABASES, inTurn, useDatabase } from './databases.ts';
import { accountCaller, completion, failedOutput, job, madeOutput, NO_LIMITS, NOW } from './jobs.ts';

const DAY = 86_400;
/** Of the jobs of the suite: 40 x 30 pixels in 1000 bytes, that become 500 bytes in 12 ms. */
const ONE = {
  images: 1,
  outputs: 1,
  failed: 0,
  sourceBytes: 1000,
  resultBytes: 500,
  sourcePixels: 1200,
  processingMs: 12,
};
const FAILED = {
  images: 1,
  outputs: 0,
  failed: 1,
  sourceBytes: 1000,
  resultBytes: 0,
  sourcePixels: 1200,
  processingMs: 0,
};
const NOTHING = { images: 0, outputs: 0, failed: 0, sourceBytes: 0, resultBytes: 0, sourcePixels: 0, processingMs: 0 };
const CORRUPT = [failedOutput({ code: 'image_corrupt', detail: 'It is.' })];
const EVER = { from: '2025-01-01', to: '2026-12-31' };

function times(count: number, usage: typeof ONE): typeof ONE {
  return Object.fromEntries(Object.entries(usage).map(([figure, value]) => [figure, value * count])) as typeof ONE;
}

describe.each(DATABASES)('UsageLedger on %s', (kind) => {
  const database = useDatabase(kind);
  let ledgers: SqlUsageLedger[];
  let ledger: SqlUsageLedger;
  let jobs: MikroOrmImageJobRepository;
  let work: MikroOrmImageWorkRepository[];
  beforeAll(() => {
    ledgers = database.managers.map((em) => new SqlUsageLedger(em));
    ledger = inTurn(ledgers, 0);
    jobs = new MikroOrmImageJobRepository(inTurn(database.managers, 0));
    work = database.managers.map((em) => {
      const endings = new JobEndings();
      endings.follow(usageWriter(em));
      return new MikroOrmImageWorkRepository(em, endings);
    });
  });

  /** A job that a worker has claimed. */
  async function claimed(caller: Caller, more: Parameters<typeof job>[2] = {}): Promise<ImageJob> {
    const added = job(caller, NOW, more);
    await jobs.add(added, NO_LIMITS);
    return (await inTurn(work, 0).claim(added.id, NOW)) as ImageJob;
  }

  async function completed(caller: Caller, at = NOW, more: Parameters<typeof job>[2] = {}): Promise<void> {
    const held = await claimed(caller, more);
    expect(await inTurn(work, 0).complete(held, completion(at, 500, held))).toBe(true);
  }

  const newAccount = () => accountCaller(inTurn(database.managers, 0));

  function keyOf(
    { accountId }: { accountId: string },
    prefix = randomUUID().slice(0, 8),
  ): Caller & { accountId: string } {
    const wish = { name: 'x', scopes: ['images:write'], expiresAt: secondsAfter(NOW, DAY) } as const;
    const kept = { prefix, digest: '' };
    const key = ApiKey.make(randomUUID(), accountId, wish, kept, NOW);
    return Caller.program(key, '192.0.2.1', loadSettings({}).policies) as Caller & { accountId: string };
  }

  test('counts a job that ends, by its day in UTC, and in the total', async () => {
    const caller = await newAccount();
    await completed(caller, new Date('2026-01-01T23:59:59.999Z'));
    await completed(caller, new Date('2026-01-02T00:00:00.000Z'));
    await inTurn(work, 0).fail(await claimed(caller), CORRUPT, new Date('2026-01-02T12:00:00.000Z'));
    await completed(await newAccount());
    const failedToo = { ...times(2, ONE), outputs: 1, failed: 1, resultBytes: 500, processingMs: 12 };
    expect(await ledger.groupsOf(caller.accountId, EVER, 'day')).toEqual([
      { name: '2026-01-01', usage: ONE },
      { name: '2026-01-02', usage: failedToo },
    ]);
    const sum = { ...times(3, ONE), outputs: 2, failed: 1, resultBytes: 1000, processingMs: 24 };
    expect(await ledger.totalOf(caller.accountId, EVER)).toEqual(sum);
    const first = { from: '2026-01-01', to: '2026-01-01' };
    expect(await ledger.totalOf(caller.accountId, first)).toEqual(ONE);
    expect(await ledger.groupsOf(caller.accountId, { from: '2026-01-03', to: '2026-02-01' }, 'day')).toEqual([]);
    expect(await ledger.totalOf(randomUUID(), EVER)).toEqual(NOTHING);
  });

  test('tells by key, and what came without one', async () => {
    const caller = await newAccount();
    const [one, two] = [keyOf(caller), keyOf(caller)];
    for (const each of [caller, one, one, two]) await completed(each);
    const groups = await ledger.groupsOf(caller.accountId, EVER, 'key');
    expect(groups).toHaveLength(3);
    expect(groups).toEqual(
      expect.arrayContaining([
        { name: null, usage: ONE },
        { name: one.apiKey?.prefix, usage: times(2, ONE) },
        { name: two.apiKey?.prefix, usage: ONE },
      ]),
    );
    expect(await ledger.totalOf(caller.accountId, EVER)).toEqual(times(4, ONE));
  });

  test('tells by key in the order of code points, whatever the database', async () => {
    const caller = await newAccount();
    for (const prefix of ['a1234567', 'B1234567', 'A1234567', 'b1234567']) await completed(keyOf(caller, prefix));
    const names = (await ledger.groupsOf(caller.accountId, EVER, 'key')).map(({ name }) => name);
    expect(names).toEqual(['A1234567', 'B1234567', 'a1234567', 'b1234567']);
  });

  test('counts a job once with each operation that it asked for', async () => {
    const caller = await newAccount();
    const blur = { operation_type: 'filter', parameters: { type: 'blur' } } as const;
    const webp = { operation_type: 'convert', parameters: { format: 'webp' } } as const;
    await completed(caller, NOW, { operations: [webp, blur, blur] });
    await completed(caller, NOW, { operations: [blur] });
    await completed(caller, NOW, { operations: [] });
    expect(await ledger.groupsOf(caller.accountId, EVER, 'operation')).toEqual([
      { name: 'convert', usage: ONE },
      { name: 'filter', usage: times(2, ONE) },
    ]);
    expect(await ledger.totalOf(caller.accountId, EVER)).toEqual(times(3, ONE));
  });

  test('counts every output of a job that succeeded, under the operations that are its own', async () => {
    const caller = await newAccount();
    const held = await claimed(caller);
    const blurred = { name: 'b', operations: [{ operation_type: 'filter', parameters: { type: 'blur' } }] } as const;
    const outputs = [
      madeOutput(500),
      { ...madeOutput(70), ...blurred },
      failedOutput({ code: 'out_of_memory', detail: 'It needs too much.' }, {
        ...held.outputs[0],
        name: 'c',
      } as Output),
    ];
    await inTurn(work, 0).complete(held, { ...completion(), outputs });
    const all = { ...ONE, outputs: 2, resultBytes: 570, processingMs: 24 };
    expect(await ledger.totalOf(caller.accountId, EVER)).toEqual(all);
    expect(await ledger.groupsOf(caller.accountId, EVER, 'operation')).toEqual([
      { name: 'filter', usage: { ...ONE, resultBytes: 70 } },
      { name: 'resize', usage: ONE },
    ]);
  });

  test('is right when many jobs end at the same moment, with their operations in any order', async () => {
    const caller = await newAccount();
    const operations = [
      { operation_type: 'filter', parameters: { type: 'blur' } },
      { operation_type: 'convert', parameters: { format: 'webp' } },
      { operation_type: 'compress', parameters: { quality: 50, effort: 'fast' } },
    ] as const;
    const turned = (n: number) => [...operations.slice(n % 3), ...operations.slice(0, n % 3)];
    const running: ImageJob[] = [];
    for (let n = 0; n < 40; n += 1) running.push(await claimed(caller, { operations: turned(n) }));
    const ends = running.map((one, n) =>
      n % 4 === 0
        ? inTurn(work, n).fail(one, one.outputs, NOW)
        : inTurn(work, n).complete(one, completion(NOW, 500, one)),
    );
    expect(await Promise.all(ends)).toEqual(running.map(() => true));
    const { images, outputs, failed } = await ledger.totalOf(caller.accountId, EVER);
    expect({ images, outputs, failed }).toEqual({ images: 40, outputs: 30, failed: 10 });
    const groups = await ledger.groupsOf(caller.accountId, EVER, 'operation');
    expect(groups.map(({ name, usage }) => [name, usage.images])).toEqual([
      ['compress', 40],
      ['convert', 40],
      ['filter', 40],
    ]);
  });

  test('counts an end once, and none that was not written', async () => {
    const caller = await newAccount();
    const first = await claimed(caller);
    await inTurn(work, 0).release(first.id, 1, NOW, 0);
    const second = (await inTurn(work, 0).claim(first.id, NOW)) as ImageJob;
    const ends = [first, second, first, second].map((one, n) => inTurn(work, n).complete(one, completion()));
    expect((await Promise.all(ends)).filter(Boolean)).toHaveLength(1);
    expect(await inTurn(work, 0).fail(second, CORRUPT, NOW)).toBe(false);
    const gone = await claimed(caller);
    await jobs.remove(gone.id);
    expect(await inTurn(work, 0).complete(gone, completion())).toBe(false);
    expect(await ledger.totalOf(caller.accountId, EVER)).toEqual(ONE);
  });

  test('and the end of a job are written together or not at all', async () => {
    const em = inTurn(database.managers, 0);
    const [caller, endings] = [await newAccount(), new JobEndings()];
    endings.follow(usageWriter(em));
    endings.follow({ statement: () => ({ sql: 'insert into accounts (id) select null from changed', values: [] }) });
    const running = await claimed(caller);
    await expect(new MikroOrmImageWorkRepository(em, endings).complete(running, completion())).rejects.toThrow();
    expect(await jobs.find(running.id)).toMatchObject({ status: 'processing', version: 2 });
    expect(await ledger.totalOf(caller.accountId, EVER)).toEqual(NOTHING);
    expect(await inTurn(work, 0).complete(running, completion())).toBe(true);
    expect(await ledger.totalOf(caller.accountId, EVER)).toEqual(ONE);
  });

  test('keeps the figures of an account that is deleted, without account and key, however many tidy up', async () => {
    await ledger.forget('9999-12-31');
    const [caller, other] = [await newAccount(), await newAccount()];
    const dayAfter = secondsAfter(NOW, DAY);
    for (const each of [caller, keyOf(caller), keyOf(caller)]) {
      await completed(each);
      await inTurn(work, 0).fail(await claimed(each), CORRUPT, dayAfter);
    }
    await completed(other);
    expect(await ledger.totalOf(caller.accountId, EVER)).toMatchObject({ images: 6 });
    await Promise.all(Array.from({ length: 4 }, (_, n) => inTurn(ledgers, n).anonymize(caller.accountId)));
    const days = [
      { name: '2026-01-01', usage: times(3, ONE) },
      { name: '2026-01-02', usage: times(3, FAILED) },
    ];
    expect(await ledger.groupsOf('', EVER, 'day')).toEqual(days);
    expect((await ledger.groupsOf('', EVER, 'key')).map(({ name }) => name)).toEqual([null]);
    expect((await ledger.groupsOf('', EVER, 'operation')).map(({ name, usage }) => [name, usage.images])).toEqual([
      ['resize', 6],
    ]);
    expect(await ledger.totalOf(caller.accountId, EVER)).toEqual(NOTHING);
    expect(await ledger.totalOf(other.accountId, EVER)).toEqual(ONE);
    // One whose deletion was cut short is gone on with.
    const accounts = new MikroOrmAccountRepository(inTurn(database.managers, 0));
    await accounts.remove(other.accountId);
    const sweeps = ledgers.map((each) => {
      const belongings = new AccountBelongings();
      belongings.erasedBy((accountId) => each.anonymize(accountId));
      return new EraseBelongings(accounts, belongings);
    });
    await Promise.all(sweeps.map((sweep) => sweep.ofAllRemoved()));
    expect(await ledger.totalOf(other.accountId, EVER)).toEqual(NOTHING);
    expect(await ledger.totalOf('', EVER)).toMatchObject({ images: 7 });
  });

  test('forgets days before another one', async () => {
    const caller = await newAccount();
    await completed(caller);
    await completed(caller, secondsAfter(NOW, DAY));
    await ledger.forget('2026-01-02');
    expect((await ledger.groupsOf(caller.accountId, EVER, 'day')).map(({ name }) => name)).toEqual(['2026-01-02']);
  });

  test('keeps sums beyond 32 bits', async () => {
    const caller = await newAccount();
    for (let n = 0; n < 3; n += 1) await completed(caller, NOW, { bytes: 3_000_000_000 });
    expect(await ledger.totalOf(caller.accountId, EVER)).toMatchObject({ sourceBytes: 9_000_000_000 });
  });
});
