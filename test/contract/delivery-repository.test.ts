import { beforeAll, describe, expect, test } from 'vitest';
import { MikroOrmAccountRepository } from '../../src/accounts/infrastructure/sql/mikro-orm-account.repository.ts';
import { secondsAfter } from '../../src/shared/clock.ts';
import type { Lane } from '../../src/webhooks/domain/lane.ts';
import { newSigningSecret } from '../../src/webhooks/domain/signing-secret.ts';
import type { WebhookDelivery } from '../../src/webhooks/domain/webhook-delivery.ts';
import { afterSend, type EndpointNote } from '../../src/webhooks/domain/webhook-endpoint.ts';
import { MikroOrmAccountSecretRepository } from '../../src/webhooks/infrastructure/sql/mikro-orm-account-secret.repository.ts';
import { MikroOrmDeliveryRepository } from '../../src/webhooks/infrastructure/sql/mikro-orm-delivery.repository.ts';
import { MikroOrmEndpointRepository } from '../../src/webhooks/infrastructure/sql/mikro-orm-endpoint.repository.ts';
import { signedIn, storedAccount } from './accounts.ts';
import { DATABASES, inTurn, useDatabase } from './databases.ts';
import { NOW } from './jobs.ts';
import { delivery, endpoint } from './webhooks.ts';

const LATER = secondsAfter(NOW, 30);

describe.each(DATABASES)('DeliveryRepository on %s', (kind) => {
  const database = useDatabase(kind);
  let repositories: MikroOrmDeliveryRepository[];
  let deliveries: MikroOrmDeliveryRepository;
  let endpoints: MikroOrmEndpointRepository;
  let accountId: string;
  let owns: Awaited<ReturnType<typeof signedIn>>;
  beforeAll(async () => {
    repositories = database.managers.map((em) => new MikroOrmDeliveryRepository(em));
    deliveries = inTurn(repositories, 0);
    endpoints = new MikroOrmEndpointRepository(inTurn(database.managers, 0));
    accountId = await storedAccount(inTurn(database.managers, 0));
    owns = await signedIn(inTurn(database.managers, 0), accountId);
  });

  const claim = (lane: Lane, n = 0, now = NOW) =>
    inTurn(repositories, n).claimNext(lane, now, secondsAfter(now, 30), 4);
  async function due(count: number, hook = endpoint(accountId)): Promise<[Lane, WebhookDelivery[]]> {
    const made = Array.from({ length: count }, (_, n) => delivery(hook, secondsAfter(NOW, n / 1000 - 1)));
    for (const one of made) await deliveries.add(one);
    const { accountId: owner, destination } = hook;
    return [{ accountId: owner, destination }, made];
  }

  test('of twenty claims at once four win, each another delivery, the oldest first', async () => {
    const [lane, made] = await due(10);
    const claims = await Promise.all(Array.from({ length: 20 }, (_, n) => claim(lane, n)));
    const won = claims.filter((claimed) => claimed !== null);
    expect(won.map(({ id }) => id).sort()).toEqual(
      made
        .slice(0, 4)
        .map(({ id }) => id)
        .sort(),
    );
    for (const claimed of won) expect(claimed).toMatchObject({ attempt: 1, heldUntil: LATER, nextAttemptAt: LATER });
    expect(await claim(lane)).toBeNull();
  });

  test('what is full leaves others alone, and at the same host other accounts', async () => {
    const hook = endpoint(accountId);
    const neighbour = endpoint(await storedAccount(inTurn(database.managers, 0)), hook.url);
    const [[full], [other], [beside, [first]]] = [await due(8, hook), await due(1), await due(1, neighbour)];
    for (let n = 0; n < 5; n += 1) await claim(full, n);
    expect(await claim(other)).not.toBeNull();
    expect(beside.destination).toBe(full.destination);
    expect(await claim(beside)).toMatchObject({ id: first?.id });
  });

  test('one that is settled makes room, and is due again at its time', async () => {
    const [lane] = await due(1);
    const claimed = (await claim(lane)) as WebhookDelivery;
    const settled = claimed.after({ statusCode: 500, milliseconds: 7 }, NOW, 0.5);
    expect(await deliveries.settle(claimed, settled)).toBe(true);
    expect(await deliveries.find(claimed.id)).toMatchObject({ ...settled, heldUntil: null, attempt: 1 });
    expect(await claim(lane, 0, secondsAfter(NOW, 4.9))).toBeNull();
    const again = (await claim(lane, 1, secondsAfter(NOW, 5))) as WebhookDelivery;
    expect(again).toMatchObject({ id: claimed.id, attempt: 2, tries: 1, attempts: settled.attempts });
    const done = again.after({ statusCode: 200, milliseconds: 7 }, NOW, 0.5);
    expect(await deliveries.settle(claimed, done)).toBe(false);
    expect(await deliveries.settle(again, done)).toBe(true);
    expect(await deliveries.settle(again, done)).toBe(false);
  });

  test('one whose worker has died is claimed by another when its time is over', async () => {
    const [lane] = await due(1);
    const dead = (await claim(lane)) as WebhookDelivery;
    expect(await deliveries.dueLanes(secondsAfter(NOW, 29), 1000)).not.toContainEqual(lane);
    expect(await deliveries.dueLanes(LATER, 1000)).toContainEqual(lane);
    const other = await claim(lane, 1, LATER);
    expect(other).toMatchObject({ id: dead.id, attempt: 2 });
    expect(await deliveries.settle(dead, dead.after({ statusCode: 200, milliseconds: 7 }, LATER, 0))).toBe(false);
  });

  test('what is held is released at the start of the only process', async () => {
    const [lane] = await due(1);
    await claim(lane);
    await deliveries.releaseHeld(NOW);
    expect(await claim(lane)).toMatchObject({ attempt: 2 });
  });

  test('what was scheduled before the clock was set back waits, or is held, as long from then on, and nothing else', async () => {
    const then = secondsAfter(NOW, 8_640_000);
    const now = secondsAfter(then, -3000);
    const hook = endpoint(accountId);
    const made = [now, then, then, then].map((at, n) => delivery(hook, secondsAfter(at, (n - 4) / 1000)));
    for (const one of made) await deliveries.add(one);
    for (const at of [now, then]) {
      const claimed = (await claim(hook, 0, at)) as WebhookDelivery;
      await deliveries.settle(claimed, claimed.after({ statusCode: 500, retryAfter: 3600, milliseconds: 7 }, at, 0));
    }
    await claim(hook, 1, then);
    for (const moved of [2, 1, 0]) expect(await inTurn(repositories, moved).scheduleAnew(now, 2)).toBe(moved);
    const [earlier, putOff, held, fresh] = await Promise.all(made.map(({ id }) => deliveries.find(id)));
    const inAnHour = secondsAfter(now, 3600);
    for (const one of [earlier, putOff]) expect(one).toMatchObject({ nextAttemptAt: inAnHour, scheduledAt: now });
    const until = secondsAfter(now, 30);
    expect(held).toMatchObject({ nextAttemptAt: until, heldUntil: until, scheduledAt: now });
    expect(fresh).toMatchObject({ nextAttemptAt: now, heldUntil: null, scheduledAt: now });
    expect(await claim(hook, 0, now)).toMatchObject({ id: fresh?.id });
  });

  test('one that has ended can be replayed, to where its endpoint is now', async () => {
    const [lane] = await due(1);
    const claimed = (await claim(lane)) as WebhookDelivery;
    expect(await deliveries.replay(claimed.id, 'elsewhere.example:443', NOW)).toBe(false);
    await deliveries.settle(claimed, claimed.after({ statusCode: 410, milliseconds: 7 }, NOW, 0));
    expect(await deliveries.replay(claimed.id, 'elsewhere.example:443', NOW)).toBe(true);
    const elsewhere = { accountId, destination: 'elsewhere.example:443' };
    expect(await claim(elsewhere)).toMatchObject({ id: claimed.id, tries: 0, status: 'due' });
  });

  test('lists those of an endpoint in pages, newest first', async () => {
    const hook = endpoint(accountId);
    const [, made] = await due(5, hook);
    await due(1);
    const ids = made.map(({ id }) => id).reverse();
    const page = async (query: object) =>
      (await deliveries.listOf(hook.id, { limit: 2, ...query })).map(({ id }) => id);
    expect(await page({})).toEqual(ids.slice(0, 2));
    expect(await page({ after: made[3] })).toEqual(ids.slice(2, 4));
    expect(await page({ before: made[0] })).toEqual(ids.slice(2, 4));
  });

  test('knows since when the oldest is due, and forgets what is old', async () => {
    const old = secondsAfter(NOW, -86_400);
    const ancient = delivery(endpoint(accountId), old);
    await deliveries.add(ancient);
    expect(await deliveries.oldestDue(NOW)).toEqual(old);
    expect(await deliveries.oldestDue(secondsAfter(old, -1))).toBeNull();
    await deliveries.forget('all', old, 1000);
    expect(await deliveries.find(ancient.id)).not.toBeNull();
    await deliveries.forget('all', secondsAfter(old, 1), 1000);
    expect(await deliveries.find(ancient.id)).toBeNull();
  });

  test.each([
    [{ statusCode: 500, milliseconds: 7 }, true],
    [{ statusCode: 410, milliseconds: 7 }, false],
    [{ statusCode: 204, milliseconds: 7 }, false],
  ])('of old ones that were answered %j it forgets those that are not tried again', async (outcome, isKept) => {
    const old = secondsAfter(NOW, -86_400);
    const hook = endpoint(accountId);
    const ancient = delivery(hook, old);
    await deliveries.add(ancient);
    const claimed = (await claim(hook)) as WebhookDelivery;
    // One that is being sent is due still.
    await deliveries.forget('ended', NOW, 1000);
    expect(await deliveries.find(ancient.id)).not.toBeNull();
    await deliveries.settle(claimed, claimed.after(outcome, NOW, 0));
    await deliveries.forget('ended', NOW, 1000);
    expect((await deliveries.find(ancient.id)) !== null).toBe(isKept);
    await deliveries.forget('all', NOW, 1000);
    expect(await deliveries.find(ancient.id)).toBeNull();
  });

  test('what is due to an endpoint follows it, and ends with it', async () => {
    const hook = endpoint(accountId);
    await endpoints.add(hook, 1000, owns);
    const [, [first]] = (await due(1, hook)) as [Lane, [WebhookDelivery]];
    await endpoints.change(hook.id, { url: 'https://new.example/', destination: 'new.example:443' }, owns);
    expect(await deliveries.find(first.id)).toMatchObject({ destination: 'new.example:443' });
    await endpoints.disable(hook.id, { disabledAt: NOW, disabledReason: 'owner' });
    expect(await deliveries.find(first.id)).toMatchObject({ status: 'failed', nextAttemptAt: null });
    expect(await endpoints.find(hook.id)).toMatchObject({ url: 'https://new.example/', disabledReason: 'owner' });
    await endpoints.disable(hook.id, { disabledAt: LATER, disabledReason: 'gone' });
    expect(await endpoints.find(hook.id)).toMatchObject({ disabledAt: NOW, disabledReason: 'owner' });
    await endpoints.remove(hook.id);
    expect([await endpoints.find(hook.id), await deliveries.find(first.id)]).toEqual([null, null]);
  });

  test('there is no endpoint and no secret of an account that is gone, though its rows are left', async () => {
    const em = inTurn(database.managers, 0);
    const [owner, secrets] = [await storedAccount(em), new MikroOrmAccountSecretRepository(em)];
    const [hook, by] = [endpoint(owner), await signedIn(em, owner)];
    await endpoints.add(hook, 1000, by);
    await secrets.keep({ accountId: owner, ...newSigningSecret(), createdAt: NOW }, null, by);
    expect([await endpoints.find(hook.id), await secrets.find(owner)]).not.toContain(null);
    await new MikroOrmAccountRepository(em).remove(owner);
    expect([await endpoints.find(hook.id), await secrets.find(owner)]).toEqual([null, null]);
  });

  test.each([
    ['to another URL', { url: 'https://new.example/', destination: 'new.example:443' }],
    ['by a success', { failingSince: null }],
    ['by its owner, who disabled it', { disabledAt: NOW, disabledReason: 'owner' as const }],
  ])('what a send has seen of an endpoint that has changed meanwhile %s leaves it alone', async (_how, meanwhile) => {
    const hook = Object.assign(endpoint(accountId), { failingSince: secondsAfter(NOW, -600_000) });
    await endpoints.add(hook, 1000, owns);
    const [, [first]] = (await due(1, hook)) as [Lane, [WebhookDelivery]];
    await endpoints.change(hook.id, meanwhile, owns);
    const { seen, change } = afterSend(hook, { statusCode: 500, milliseconds: 7 }, NOW) as EndpointNote;
    expect(await endpoints.note(hook.id, seen, change)).toBe(false);
    expect(await endpoints.find(hook.id)).toMatchObject(meanwhile);
    expect(await deliveries.find(first.id)).toMatchObject({ status: 'due' });
  });

  test('what a send has seen of an endpoint that is still so is written down, and gone is gone from its URL', async () => {
    const hook = endpoint(accountId);
    await endpoints.add(hook, 1000, owns);
    const [, [first]] = (await due(1, hook)) as [Lane, [WebhookDelivery]];
    const failed = afterSend(hook, { statusCode: 500, milliseconds: 7 }, NOW) as EndpointNote;
    expect(await endpoints.note(hook.id, failed.seen, failed.change)).toBe(true);
    expect(await endpoints.find(hook.id)).toMatchObject({ failingSince: NOW, disabledAt: null });
    // It was read before that failure.
    const gone = afterSend(hook, { statusCode: 410, milliseconds: 7 }, LATER) as EndpointNote;
    expect(await endpoints.note(hook.id, { url: 'https://old.example/' }, gone.change)).toBe(false);
    expect(await deliveries.find(first.id)).toMatchObject({ status: 'due' });
    expect(await endpoints.note(hook.id, gone.seen, gone.change)).toBe(true);
    expect(await endpoints.find(hook.id)).toMatchObject({ disabledAt: LATER, disabledReason: 'gone' });
    expect(await deliveries.find(first.id)).toMatchObject({ status: 'failed' });
  });

  test('of twenty endpoints at once no more than may be are added', async () => {
    const owner = await storedAccount(inTurn(database.managers, 0));
    const by = await signedIn(inTurn(database.managers, 0), owner);
    const adders = database.managers.map((em) => new MikroOrmEndpointRepository(em));
    const added = await Promise.all(
      Array.from({ length: 20 }, (_, n) => inTurn(adders, n).add(endpoint(owner), 10, by)),
    );
    expect(added.filter((outcome) => outcome === 'added')).toHaveLength(10);
    expect(await endpoints.listOf(owner)).toHaveLength(10);
    await endpoints.removeAllOf(owner);
    expect(await endpoints.listOf(owner)).toEqual([]);
  });

  test('of several who rotate a secret one replaces it', async () => {
    const hook = endpoint(accountId);
    await endpoints.add(hook, 1000, owns);
    const next = { secret: 'whsec_b', previousSecret: hook.secret, previousSecretUntil: LATER };
    const done = await Promise.all([1, 2, 3].map(() => endpoints.rotate(hook.id, hook.secret, next, owns)));
    expect(done.sort()).toEqual(['changed', 'changed', 'rotated']);
    expect(await endpoints.find(hook.id)).toMatchObject(next);
  });
});
