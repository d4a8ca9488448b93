import type { EntityManager } from '@mikro-orm/core';
import { EntityRows } from '../../../database/entity-rows.ts';
import type { KeptStatements } from '../../../database/kept-statements.ts';
import { readTogether } from '../../../database/read-together.ts';
import { keptStatements } from '../../../database/statements-of.ts';
import { isUuid } from '../../../database/uuid.ts';
import { SessionRepository } from '../../application/ports.ts';
import { Session } from '../../domain/session.ts';

/** Sessions in the database. Each method is one statement; the one that every request asks is kept. */
export class MikroOrmSessionRepository extends SessionRepository {
  private readonly statements: KeptStatements;
  private readonly rows: EntityRows<Session>;
  private readonly findById: string;
  private readonly wanted = readTogether((ids) => this.findAll(ids));

  constructor(private readonly em: EntityManager) {
    super();
    this.statements = keptStatements(em);
    this.rows = new EntityRows(em, Session);
    this.findById = `select ${this.rows.columns} from sessions where ${this.statements.isListed('id', 'uuid')} and exists (
      select 1 from accounts where accounts.id = sessions.account_id and accounts.disabled_at is null)`;
  }

  async add(session: Session): Promise<void> {
    await this.em.fork().insert(Session, session);
  }

  async find(id: string): Promise<Session | null> {
    return isUuid(id) ? this.wanted(id.toLowerCase()) : null;
  }

  listOf(accountId: string, now: Date): Promise<Session[]> {
    return this.em
      .fork()
      .find(Session, { accountId, expiresAt: { $gt: now } }, { orderBy: { createdAt: 'desc', id: 'desc' } });
  }

  async rotate(id: string, tokenId: string, rotation: ReturnType<Session['rotation']>): Promise<boolean> {
    return (await this.em.fork().nativeUpdate(Session, { id, tokenId }, rotation)) === 1;
  }

  async end(id: string, accountId: string): Promise<boolean> {
    return isUuid(id) && (await this.em.fork().nativeDelete(Session, { id, accountId })) === 1;
  }

  async endAllOf(accountId: string): Promise<void> {
    await this.em.fork().nativeDelete(Session, { accountId });
  }

  async endExpired(now: Date): Promise<void> {
    await this.em.fork().nativeDelete(Session, { expiresAt: { $lte: now } });
  }

  private async findAll(ids: readonly string[]): Promise<ReadonlyMap<string, Session>> {
    const rows = await this.statements.rows<object>(this.findById, [this.statements.listed(ids)]);
    return new Map(rows.map((row) => this.rows.object(row)).map((session) => [session.id, session]));
  }
}
