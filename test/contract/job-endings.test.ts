import { randomUUID } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/core';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { AccountName } from '../../src/accounts/infrastructure/sql/account.schema.ts';
import { keptStatements } from '../../src/database/statements-of.ts';
import type { ImageJob } from '../../src/image-jobs/domain/image-job.ts';
import { JobEndings } from '../../src/image-jobs/infrastructure/sql/job-endings.ts';
import { MikroOrmImageJobRepository } from '../../src/image-jobs/infrastructure/sql/mikro-orm-image-job.repository.ts';
import { MikroOrmImageWorkRepository } from '../../src/image-jobs/infrastructure/sql/mikro-orm-image-work.repository.ts';
import { DATABASES, inTurn, useDatabase } from './databases.ts';
import { completion, failedOutput, job, NO_LIMITS, NOW } from './jobs.ts';

const ERROR = { code: 'image_corrupt', detail: 'It cannot be decoded.' };
const UUID4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** What follows the end of a job here: names, the first of which says how it ended. */
describe.each(DATABASES)('JobEndings on %s', (kind) => {
  const database = useDatabase(kind);
  let em: EntityManager;
  let work: MikroOrmImageWorkRepository;
  let names: string[];
  let when: string | undefined;
  let told: string[][];
  beforeAll(() => {
    em = inTurn(database.managers, 0);
    const statements = keptStatements(em);
    const endings = new JobEndings();
    const [text, uuid] = [statements.typed('text'), statements.typed('uuid')];
    endings.follow({
      statement: ({ id, status }) => ({
        sql: `insert into account_names (key, account_id) select name, ${uuid} from (
          select ${text} as name from changed union all select ${text} from changed) as names`,
        values: [id, ...names.map((name) => `${name} ${status}`)],
        tells: 'key',
        when,
      }),
      written: (texts) => told.push([...texts].sort()),
    });
    endings.follow({ statement: () => null });
    work = new MikroOrmImageWorkRepository(em, endings);
  });
  beforeEach(() => {
    names = [randomUUID(), randomUUID()].sort();
    when = undefined;
    told = [];
  });

  const jobs = () => new MikroOrmImageJobRepository(em);
  const found = async ({ id }: ImageJob) => (await jobs().find(id)) as ImageJob;
  const written = async ({ id }: ImageJob) =>
    (await em.fork().find(AccountName, { accountId: id })).map(({ key }) => key).sort();
  async function claimed(): Promise<ImageJob> {
    const added = job();
    await jobs().add(added, NO_LIMITS);
    return (await work.claim(added.id, NOW)) as ImageJob;
  }

  test('what follows is written with the end, once, and told when it is', async () => {
    const held = await claimed();
    expect(await Promise.all([1, 2, 3].map(() => work.complete(held, completion())))).toEqual([true, false, false]);
    const completed = names.map((name) => `${name} completed`);
    expect(told).toEqual([completed]);
    expect(await written(held)).toEqual(completed);
    const figures = { keptBytes: 500, processingMs: 12 };
    expect(await found(held)).toEqual(held.changed({ ...completion(), status: 'completed', ...figures }));
  });

  test('a job that fails or expires has its own', async () => {
    const failed = await claimed();
    await work.fail(failed, [failedOutput(ERROR)], NOW);
    expect(await written(failed)).toEqual(names.map((name) => `${name} failed`));
    const expiring = await claimed();
    await work.complete(expiring, completion());
    const over = await found(expiring);
    expect(await work.markExpired(over)).toBe(true);
    expect(told.at(-1)).toEqual(names.map((name) => `${name} expired`));
    expect(await found(expiring)).toMatchObject({ status: 'expired', version: over.version + 1 });
  });

  test('what cannot be written leaves the job as it was', async () => {
    const held = await claimed();
    names = [names[0] as string, names[0] as string];
    await expect(work.complete(held, completion())).rejects.toThrow();
    expect(await found(held)).toEqual(held);
    expect([await written(held), told]).toEqual([[], []]);
  });

  test('an end that comes too late writes nothing', async () => {
    const held = await claimed();
    await jobs().remove(held.id);
    expect(await work.complete(held, completion())).toBe(false);
    expect([await written(held), told]).toEqual([[], []]);
  });

  test('a condition that says that nothing would follow spares the statement on SQLite', async () => {
    const held = await claimed();
    when = 'account_id is not null';
    expect(await work.complete(held, completion())).toBe(true);
    expect(await written(held)).toHaveLength(kind === 'SQLite' ? 0 : 2);
  });

  test('the database makes random UUIDs', async () => {
    const statements = keptStatements(em);
    const [row] = await statements.rows<{ id: string; other: string }>(
      `select ${statements.newUuid} as id, ${statements.newUuid} as other`,
      [],
    );
    expect([row?.id, row?.other]).toEqual([expect.stringMatching(UUID4), expect.stringMatching(UUID4)]);
    expect(row?.id).not.toBe(row?.other);
  });
});
