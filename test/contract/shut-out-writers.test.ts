import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { Account } from '../../src/accounts/domain/account.ts';
import { ApiKey } from '../../src/accounts/domain/api-key.ts';
import type { Credential } from '../../src/accounts/domain/caller.ts';
import { newKeyText } from '../../src/accounts/domain/key-text.ts';
import { Session } from '../../src/accounts/domain/session.ts';
import { MikroOrmAccountRepository } from '../../src/accounts/infrastructure/sql/mikro-orm-account.repository.ts';
import { MikroOrmApiKeyRepository } from '../../src/accounts/infrastructure/sql/mikro-orm-api-key.repository.ts';
import { MikroOrmSessionRepository } from '../../src/accounts/infrastructure/sql/mikro-orm-session.repository.ts';
import { Preset } from '../../src/image-jobs/domain/preset.ts';
import { MikroOrmPresetRepository } from '../../src/image-jobs/infrastructure/sql/mikro-orm-preset.repository.ts';
import { secondsAfter } from '../../src/shared/clock.ts';
import { newSigningSecret } from '../../src/webhooks/domain/signing-secret.ts';
import type { WebhookEndpoint } from '../../src/webhooks/domain/webhook-endpoint.ts';
import { MikroOrmAccountSecretRepository } from '../../src/webhooks/infrastructure/sql/mikro-orm-account-secret.repository.ts';
import { MikroOrmEndpointRepository } from '../../src/webhooks/infrastructure/sql/mikro-orm-endpoint.repository.ts';
import { signedIn, storedAccount } from './accounts.ts';
import { DATABASES, inTurn, useDatabase } from './databases.ts';
import { NOW } from './jobs.ts';
import { endpoint } from './webhooks.ts';

/** A caller who has a webhook, and shows a session or a key. */
interface Owner {
  readonly accountId: string;
  readonly sessionId: string;
  readonly keyId: string;
  readonly hook: WebhookEndpoint;
  readonly by: Credential;
}

describe.each(DATABASES)('what is written for a caller on %s', (kind) => {
  const database = useDatabase(kind);
  let accounts: MikroOrmAccountRepository;
  let sessions: MikroOrmSessionRepository;
  let keys: MikroOrmApiKeyRepository;
  // Of another process than the one that shuts them out, where there are several.
  let presets: MikroOrmPresetRepository;
  let endpoints: MikroOrmEndpointRepository;
  let secrets: MikroOrmAccountSecretRepository;
  beforeAll(() => {
    const em = inTurn(database.managers, 0);
    accounts = new MikroOrmAccountRepository(em);
    sessions = new MikroOrmSessionRepository(em);
    keys = new MikroOrmApiKeyRepository(em);
    const other = inTurn(database.managers, 1);
    presets = new MikroOrmPresetRepository(other);
    endpoints = new MikroOrmEndpointRepository(other);
    secrets = new MikroOrmAccountSecretRepository(other);
  });

  async function newOwner(shows: 'session' | 'key'): Promise<Owner> {
    const em = inTurn(database.managers, 0);
    const bySession = await signedIn(em, await storedAccount(em));
    const { accountId, sessionId } = bySession;
    const wish = { name: 'import', scopes: ['presets:manage'] as const, expiresAt: secondsAfter(NOW, 60) };
    const key = ApiKey.make(randomUUID(), accountId, wish, newKeyText(), NOW);
    await keys.add(key, 50, sessionId);
    const hook = endpoint(accountId);
    await endpoints.add(hook, 10, bySession);
    return {
      accountId,
      sessionId,
      keyId: key.id,
      hook,
      by: shows === 'key' ? { ...bySession, apiKey: key } : bySession,
    };
  }

  const newPreset = ({ accountId }: Owner) => Preset.make(accountId, 'web', { member: 'operations', outputs: [] }, NOW);
  const nextSecret = ({ hook }: Owner) => ({ ...newSigningSecret(), previousSecret: hook.secret });

  /** What can be written, and what a caller is told who has been shut out. */
  const WRITES: readonly [string, (owner: Owner) => Promise<unknown>, unknown][] = [
    ['a preset', (owner) => presets.save(newPreset(owner), 10, owner.by), 'shut_out'],
    ['a webhook', (owner) => endpoints.add(endpoint(owner.accountId), 10, owner.by), 'shut_out'],
    ["a webhook's URL", ({ hook, by }) => endpoints.change(hook.id, { url: 'https://other.example/' }, by), false],
    [
      "a webhook's secret",
      (owner) => endpoints.rotate(owner.hook.id, owner.hook.secret, nextSecret(owner), owner.by),
      'shut_out',
    ],
    [
      "the account's secret",
      ({ accountId, by }) => secrets.keep({ ...newSigningSecret(), accountId, createdAt: NOW }, null, by),
      'shut_out',
    ],
  ];

  /** All that these write, as it stands. */
  const kept = async ({ accountId, hook }: Owner) => [
    await presets.listOf(accountId),
    await endpoints.listOf(accountId),
    await endpoints.find(hook.id),
    await secrets.find(accountId),
  ];

  const WAYS: readonly [string, 'session' | 'key', (owner: Owner) => Promise<unknown>][] = [
    ['logged out', 'session', ({ sessionId, accountId }) => sessions.end(sessionId, accountId)],
    ['signed out by a new password', 'session', ({ accountId }) => accounts.changePassword(accountId, { to: 'new' })],
    ['disabled', 'session', ({ accountId }) => accounts.disable(accountId, NOW)],
    ['disabled, with a key', 'key', ({ accountId }) => accounts.disable(accountId, NOW)],
    ['without their key', 'key', ({ keyId, accountId }) => keys.revoke(keyId, accountId)],
  ];

  describe.each(WAYS)('who is %s by then', (_way, shows, shutOut) => {
    test.each(WRITES)('is not %s', async (_what, write, refusal) => {
      const owner = await newOwner(shows);
      await shutOut(owner);
      const before = await kept(owner);
      expect(await write(owner)).toBe(refusal);
      expect(await kept(owner)).toEqual(before);
    });
  });

  test.each(WRITES)(
    'who is let in has %s written, and nothing once their account is gone',
    async (_what, write, refusal) => {
      for (const shows of ['session', 'key'] as const) {
        const owner = await newOwner(shows);
        const before = await kept(owner);
        expect(await write(owner)).not.toBe(refusal);
        expect(await kept(owner)).not.toEqual(before);
        await accounts.remove(owner.accountId);
        expect(await write(owner)).toBe(refusal);
      }
    },
  );

  test.each(WRITES)(
    '%s that is asked for while a new password ends the session is not written',
    async (_what, write, refusal) => {
      const owner = await newOwner('session');
      let asked: Promise<unknown> | undefined;
      await inTurn(database.managers, 0)
        .fork()
        .transactional(async (em) => {
          await em.nativeUpdate(Account, { id: owner.accountId }, { passwordHash: 'new' });
          asked = write(owner);
          await em.nativeDelete(Session, { accountId: owner.accountId });
        });
      expect(await asked).toBe(refusal);
    },
  );

  test.each(WRITES)('%s that is written as its account is deleted is erased with it', async (_what, write) => {
    const owners = await Promise.all(Array.from({ length: 10 }, () => newOwner('session')));
    const writes = owners.map(write);
    await Promise.all(
      owners.map(async ({ accountId }) => {
        await accounts.remove(accountId);
        for (const repository of [presets, endpoints]) await repository.removeAllOf(accountId);
      }),
    );
    await Promise.all(writes);
    for (const owner of owners) expect(await kept(owner)).toEqual([[], [], null, null]);
  });
});
