import { randomUUID } from 'node:crypto';
import { EntityManager } from '@mikro-orm/core';
import { vi } from 'vitest';
import { EraseBelongings } from '../../src/accounts/application/account-belongings.ts';
import { AdministerAccount } from '../../src/accounts/application/administer-account.ts';
import { AccountRepository } from '../../src/accounts/application/ports.ts';
import { Caller, ownerKeyOf } from '../../src/accounts/domain/caller.ts';
import type { OwnPolicy } from '../../src/accounts/domain/usage-policy.ts';
import { DownloadPlaces, StreamPlaces, UploadPlaces } from '../../src/image-jobs/application/kinds-of-places.ts';
import { FileStore, IdempotencyClaims } from '../../src/image-jobs/application/ports.ts';
import { Batch } from '../../src/image-jobs/domain/batch.ts';
import { IdempotencyClaim } from '../../src/image-jobs/domain/idempotency-claim.ts';
import { ImageJob } from '../../src/image-jobs/domain/image-job.ts';
import { ImageHeaderReader } from '../../src/imaging/application/ports.ts';
import { EraseExpiredImages } from '../../src/processing/application/erase-expired-images.ts';
import { RemoveOrphanFiles } from '../../src/processing/application/remove-orphan-files.ts';
import { type SettingEntry, settingEntries } from '../../src/settings/load-settings.ts';
import { secondsAfter } from '../../src/shared/clock.ts';
import { requestProblems } from '../../src/shared/problems.ts';
import { TaskQueue } from '../../src/shared/tasks/task-queue.ts';
import { Metrics } from '../../src/telemetry/metrics.ts';
import { MetricsServer } from '../../src/telemetry/metrics-server.ts';
import { asset } from '../../src/web/assets.ts';
import type { Service } from './service.ts';

export { guideExamples } from '../../src/web/pages/guide-examples.ts';
export { VERIFYING } from '../../src/web/pages/guide-webhooks.ts';

/** What tests do within a service of their own process, since no client can: accidents, the operator's acts, the passing of time. */

/** Path of a file that the pages load, with the name under which browsers may keep it. */
export const pathOfAsset = asset;

/** The variables of all settings. */
export function settingVariables(section: object = settingEntries()): string[] {
  return Object.values(section).flatMap((entry: SettingEntry | object) =>
    'variable' in entry ? [entry.variable] : settingVariables(entry),
  );
}

/** Erases what has expired by now, as the clean-up does in its turn. */
export function eraseExpired({ app }: Service): Promise<void> {
  return app.get(EraseExpiredImages, { strict: false }).execute();
}

/** Loses the files of a job, though its record stays. */
export function loseFilesOf({ app }: Service, jobId: string): Promise<void> {
  return app.get(FileStore, { strict: false }).removeAllOf(jobId);
}

/** Has the task of a job delivered, whether or not there is such a job. */
export function deliverTask({ app }: Service, id: string): Promise<void> {
  return app.get(TaskQueue, { strict: false }).add('images', { id, attempt: 1 });
}

/** How many event streams are open. */
export function openStreams({ app }: Service): number {
  return app.get(StreamPlaces, { strict: false }).taken;
}

/** How many uploads are coming in. */
export function openUploads({ app }: Service): number {
  return app.get(UploadPlaces, { strict: false }).taken;
}

/** How many downloads are being sent. */
export function openDownloads({ app }: Service): number {
  return app.get(DownloadPlaces, { strict: false }).taken;
}

/** Lets no header be read until what is given is called; `asked` are the files whose headers are wanted. */
export function holdHeaders({ app }: Service): { asked: string[]; goOn: () => void } {
  const reader = app.get(ImageHeaderReader, { strict: false });
  const read = reader.read.bind(reader);
  const gate = Promise.withResolvers<void>();
  const asked: string[] = [];
  const held = vi.spyOn(reader, 'read').mockImplementation(async (path, ...others) => {
    asked.push(path);
    await gate.promise;
    return read(path, ...others);
  });
  const goOn = () => {
    held.mockRestore();
    gate.resolve();
  };
  return { asked, goOn };
}

/** Leaves an idempotency key claimed by a request of this account that has died. */
export async function leaveDeadClaim({ app, clock, settings }: Service, accountId: string, key: string): Promise<void> {
  const caller = Caller.account(accountId, randomUUID(), '127.0.0.1', settings.policies);
  const dead = IdempotencyClaim.make(caller, { key, fingerprint: 'f' }, randomUUID(), clock.now());
  await app.get(IdempotencyClaims, { strict: false }).claim(dead, new Date(0));
}

/** Disables an account, as the operator's command does. */
export async function disableAccount(service: Service, name: string): Promise<void> {
  const { operator, account } = await administered(service, name);
  await operator.disable(account);
}

/** Gives an account a policy of its own, as the operator's command does. */
export async function changePolicy(service: Service, name: string, policy: OwnPolicy): Promise<void> {
  const { operator, account } = await administered(service, name);
  await operator.changePolicy(account, policy);
}

async function administered({ app }: Service, name: string) {
  const operator = app.get(AdministerAccount);
  const account = await operator.find(name);
  if (!account) throw new Error(`There is no account ${name}`);
  return { operator, account };
}

/** Removes an account and nothing of what else it owns, as a deletion does that is killed. */
export function removeAccountAlone({ app }: Service, accountId: string): Promise<void> {
  return app.get(AccountRepository).remove(accountId);
}

/** Goes on with what deletions have left, as the clean-up does in its turn. */
export async function eraseLeftovers({ app }: Service): Promise<void> {
  await app.get(EraseBelongings, { strict: false }).ofAllRemoved();
  // Files are as old as the machine's clock says.
  const tomorrow = secondsAfter(new Date(), 86_400);
  await app.get(RemoveOrphanFiles, { strict: false }).execute(tomorrow);
}

/** Names of the tables that name an account. */
export async function tablesNaming({ app }: Service, accountId: string): Promise<string[]> {
  const em = app.get(EntityManager).fork();
  const found: string[] = [];
  for (const { class: Entity, tableName, properties } of em.getMetadata().getAll().values()) {
    const isAccount = ['accounts', 'removed_accounts'].includes(tableName);
    const name = isAccount ? 'id' : ['accountId', 'ownerKey'].find((property) => property in properties);
    if (name === undefined) continue;
    const value = name === 'ownerKey' ? ownerKeyOf(accountId) : accountId;
    if ((await em.count(Entity as new () => object, { [name]: value })) > 0) found.push(tableName);
  }
  return found;
}

/** How many jobs, batches and claimed idempotency keys there are. */
export async function storedRecords({ app }: Service): Promise<number[]> {
  const em = app.get(EntityManager).fork();
  return [await em.count(ImageJob), await em.count(Batch), await em.count(IdempotencyClaim)];
}

/** Runs `act` while the store of files is away for whoever removes some. */
export async function withoutRemovals({ app }: Service, act: () => Promise<void>): Promise<void> {
  const refused = requestProblems.unavailable.error('Expected the store of images to answer, found that it does not');
  const removals = vi.spyOn(app.get(FileStore, { strict: false }), 'removeAllOf').mockRejectedValue(refused);
  await act().finally(() => removals.mockRestore());
}

/** Lets what is being sent to webhooks end, and begins nothing more. */
export async function stopSending({ app }: Service): Promise<void> {
  await app.get(TaskQueue, { strict: false }).drain('webhooks');
}

/** Where the operator reads the metrics. */
export function metricsUrlOf({ app }: Service): string {
  return `http://127.0.0.1:${app.get(MetricsServer).port}`;
}

/** How often the pixel work has ended in each way by now, and, as `lost`, how many processes were lost at it. */
export async function workOutcomes({ app }: Service): Promise<Record<string, number>> {
  const { processing, childrenLost } = app.get(Metrics, { strict: false });
  const counts = (await processing.get()).values.filter(({ metricName }) => metricName?.endsWith('_count'));
  const outcomes = counts.map(({ labels, value }) => [String(labels.outcome), value] as const);
  const lost = (await childrenLost.get()).values.reduce((sum, { value }) => sum + value, 0);
  return { ...Object.fromEntries(outcomes), lost };
}
