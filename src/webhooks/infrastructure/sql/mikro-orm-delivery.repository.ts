import type { EntityManager } from '@mikro-orm/core';
import { EntityRows } from '../../../database/entity-rows.ts';
import type { KeptStatements } from '../../../database/kept-statements.ts';
import { findPage } from '../../../database/pages.ts';
import { keptStatements } from '../../../database/statements-of.ts';
import type { PageRequest } from '../../../shared/page.ts';
import { DeliveryRepository } from '../../application/ports.ts';
import { type Lane, laneIdOf } from '../../domain/lane.ts';
import { type Settled, WebhookDelivery } from '../../domain/webhook-delivery.ts';

const CLAIM = `
  update webhook_deliveries set attempt = attempt + 1, held_until = ?, next_attempt_at = ?, scheduled_at = ?
  where id = (
    select id from webhook_deliveries where account_id = ? and destination = ? and next_attempt_at <= ?
    order by next_attempt_at limit 1
  ) and (
    select count(*) from webhook_deliveries where account_id = ? and destination = ? and held_until > ?
  ) < ? returning `;
const DUE_LANES =
  'select distinct account_id as "accountId", destination from webhook_deliveries where next_attempt_at <= ? limit ?';
const FORGET = (which: 'all' | 'ended') => `
  delete from webhook_deliveries where id in (
    select id from webhook_deliveries where created_at < ? ${which === 'ended' ? "and status <> 'due'" : ''} limit ?
  )`;
const SCHEDULE_ANEW = `
  update webhook_deliveries set next_attempt_at = next_attempt_at - (scheduled_at - ?),
    held_until = held_until - (scheduled_at - ?), scheduled_at = ?
  where id in (select id from webhook_deliveries where scheduled_at > ? limit ?)`;
const RELEASE_HELD = `
  update webhook_deliveries set next_attempt_at = ?, scheduled_at = ?, held_until = null where held_until is not null`;
const OLDEST_DUE = 'select min(next_attempt_at) as oldest from webhook_deliveries where next_attempt_at <= ?';

/** Deliveries in the database. What every send and sweep asks is kept statements; lists are the ORM's. */
export class MikroOrmDeliveryRepository extends DeliveryRepository {
  private readonly statements: KeptStatements;
  private readonly rows: EntityRows<WebhookDelivery>;

  constructor(private readonly em: EntityManager) {
    super();
    this.statements = keptStatements(em);
    this.rows = new EntityRows(em, WebhookDelivery);
  }

  async add(delivery: WebhookDelivery): Promise<void> {
    await this.em.fork().insert(WebhookDelivery, delivery);
  }

  find(id: string): Promise<WebhookDelivery | null> {
    return this.em.fork().findOne(WebhookDelivery, { id });
  }

  listOf(endpointId: string, page: PageRequest): Promise<WebhookDelivery[]> {
    return findPage(this.em.fork(), WebhookDelivery, [{ endpointId }], page);
  }

  listOfSubjects(ids: readonly string[]): Promise<WebhookDelivery[]> {
    const order = { createdAt: 'desc', id: 'desc' } as const;
    return this.em.fork().find(WebhookDelivery, { subjectId: { $in: [...ids] }, endpointId: null }, { orderBy: order });
  }

  /** Those who claim in one lane do so one after the other: so many are being sent in it, exactly. */
  async claimNext(lane: Lane, now: Date, heldUntil: Date, most: number): Promise<WebhookDelivery | null> {
    const { accountId, destination } = lane;
    const values = [heldUntil, heldUntil, now, accountId, destination, now, accountId, destination, now, most];
    const [row] = await this.statements.alone([`webhooks of ${laneIdOf(lane)}`], (statements) =>
      statements.rows<object>(CLAIM + this.rows.columns, values),
    );
    return row ? this.rows.object(row) : null;
  }

  async settle({ id, attempt }: WebhookDelivery, settled: Settled): Promise<boolean> {
    const { sql, values } = this.rows.assignments({ ...settled, heldUntil: null });
    const settling = `update webhook_deliveries set ${sql} where id = ? and attempt = ? and status = 'due'`;
    return (await this.statements.change(settling, [...values, id, attempt])) === 1;
  }

  async replay(id: string, destination: string, now: Date): Promise<boolean> {
    const due = { status: 'due' as const, tries: 0, destination, nextAttemptAt: now, scheduledAt: now };
    return (await this.em.fork().nativeUpdate(WebhookDelivery, { id, status: { $ne: 'due' } }, due)) === 1;
  }

  dueLanes(now: Date, limit: number): Promise<Lane[]> {
    return this.statements.rows<Lane>(DUE_LANES, [now, limit]);
  }

  scheduleAnew(now: Date, limit: number): Promise<number> {
    return this.statements.change(SCHEDULE_ANEW, [now, now, now, now, limit]);
  }

  async releaseHeld(now: Date): Promise<void> {
    await this.statements.change(RELEASE_HELD, [now, now]);
  }

  async oldestDue(now: Date): Promise<Date | null> {
    const [row] = await this.statements.rows<{ oldest: Date | number | null }>(OLDEST_DUE, [now]);
    return row?.oldest === null || row === undefined ? null : new Date(row.oldest as number);
  }

  async forget(which: 'all' | 'ended', madeBefore: Date, limit: number): Promise<void> {
    await this.statements.change(FORGET(which), [madeBefore, limit]);
  }
}
