import { randomUUID } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { KeptStatements } from '../../src/database/kept-statements.ts';
import { keptStatements } from '../../src/database/statements-of.ts';
import { DATABASES, inTurn, useDatabase } from './databases.ts';

const INSERT = 'insert into idempotency_claims (scope, fingerprint, job_id, claimed_at) values (?, ?, ?, ?)';
const COUNT = 'select count(*) as claims from idempotency_claims where fingerprint = ?';

describe.each(DATABASES)('KeptStatements on %s', (kind) => {
  const database = useDatabase(kind);
  let processes: KeptStatements[];
  let group: string;
  beforeAll(() => {
    processes = database.managers.map(keptStatements);
  });
  beforeEach(() => {
    group = randomUUID();
  });

  const add = (on: KeptStatements, scope: string) => on.change(INSERT, [scope, group, randomUUID(), new Date(0)]);
  const count = async (on = inTurn(processes, 1)) => {
    const [row] = await on.rows<{ claims: number | string }>(COUNT, [group]);
    return Number(row?.claims);
  };

  test('statements that belong together are seen together, by themselves at once', async () => {
    const statements = inTurn(processes, 0);
    const counts = await statements.together([group], async (own) => {
      await add(own, `${group}-1`);
      await add(own, `${group}-2`);
      return count(own);
    });
    expect([counts, await count()]).toEqual([2, 2]);
  });

  test('of statements that belong together none is done when one fails', async () => {
    const statements = inTurn(processes, 0);
    await add(statements, `${group}-taken`);
    const failing = statements.together([group], async (own) => {
      await add(own, `${group}-1`);
      await add(own, `${group}-taken`);
    });
    await expect(failing).rejects.toThrow();
    expect(await count()).toBe(1);
    await statements.together([group], (own) => add(own, `${group}-1`));
    expect(await count()).toBe(2);
  });

  test('of many at once under one name, each finds what those before it have done', async () => {
    const seen = await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        inTurn(processes, n).together([group], async (own) => {
          const before = await count(own);
          await add(own, `${group}-${n}`);
          return before;
        }),
      ),
    );
    expect(seen.sort((one, other) => one - other)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});
