import { beforeAll, describe, expect, test } from 'vitest';
import { MakeAccountSecret } from '../../src/webhooks/application/account-secret.ts';
import { newSigningSecret, secretsAt } from '../../src/webhooks/domain/signing-secret.ts';
import { MikroOrmAccountSecretRepository } from '../../src/webhooks/infrastructure/sql/mikro-orm-account-secret.repository.ts';
import { TestClock } from '../support/test-clock.ts';
import { signedIn, storedAccount } from './accounts.ts';
import { DATABASES, inTurn, useDatabase } from './databases.ts';
import { accountCaller, NOW } from './jobs.ts';

describe.each(DATABASES)('AccountSecretRepository on %s', (kind) => {
  const database = useDatabase(kind);
  let repositories: MikroOrmAccountSecretRepository[];
  let secrets: MikroOrmAccountSecretRepository;
  let accountId: string;
  let owns: Awaited<ReturnType<typeof signedIn>>;
  beforeAll(() => {
    repositories = database.managers.map((em) => new MikroOrmAccountSecretRepository(em));
    secrets = inTurn(repositories, 0);
  });
  beforeAll(async () => {
    accountId = await storedAccount(inTurn(database.managers, 0));
    owns = await signedIn(inTurn(database.managers, 0), accountId);
  });

  const secret = () => ({ ...newSigningSecret(), accountId, createdAt: NOW });

  test('of several who replace the same secret, or none, one does', async () => {
    let present: string | null = null;
    for (let round = 0; round < 2; round += 1) {
      const offered = Array.from({ length: 4 }, () => secret());
      const outcomes = await Promise.all(offered.map((one, n) => inTurn(repositories, n).keep(one, present, owns)));
      expect(outcomes.toSorted()).toEqual(['changed', 'changed', 'changed', 'kept']);
      expect(await secrets.find(accountId)).toMatchObject(offered[outcomes.indexOf('kept')] as object);
      present = offered[outcomes.indexOf('kept')]?.secret ?? '';
    }
  });

  test('who asks for one at the same moment as others is shown one that has signed', async () => {
    const clock = new TestClock();
    const owner = await accountCaller(inTurn(database.managers, 0));
    const shown = await Promise.all(
      [0, 1].map((n) => new MakeAccountSecret(inTurn(repositories, n), clock).execute(owner)),
    );
    const kept = await secrets.find(owner.accountId);
    expect(secretsAt(kept as never, clock.now()).sort()).toEqual(shown.map((one) => one.secret).sort());
  });
});
