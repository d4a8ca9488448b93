import { type EntityManager, LockMode } from '@mikro-orm/core';
import { EntityRows } from '../../../database/entity-rows.ts';
import type { KeptStatements } from '../../../database/kept-statements.ts';
import { keptStatements } from '../../../database/statements-of.ts';
import { isUuid } from '../../../shared/uuid.ts';
import { type Proof, SessionRepository } from '../../application/ports.ts';
import { Account } from '../../domain/account.ts';
import { Session } from '../../domain/session.ts';
import { proofOf, type RowWithAccount, WITH_ACCOUNT } from './proofs.ts';

/** Programs that log in again and again leave a hundred thousand within a session's life. */
const MOST_LISTED = 1000;

const SIGNED_IN = 'select 1 from sessions where account_id = ? and address_key = ? and expires_at > ? limit 1';

/** Sessions in the database. Each method is one statement or one transaction; what every request or log-in asks is kept. */
export class MikroOrmSessionRepository extends SessionRepository {
  private readonly statements: KeptStatements;
  private readonly rows: EntityRows<Session>;
  private readonly findById: string;
  private readonly wanted: (id: string) => Promise<Proof<Session> | null>;

  constructor(private readonly em: EntityManager) {
    super();
    this.statements = keptStatements(em);
    this.rows = new EntityRows(em, Session);
    this.findById = `select ${this.rows.columns}, own_policy from sessions ${WITH_ACCOUNT}
      where ${this.statements.isListed('id', 'uuid')}`;
    this.wanted = this.statements.finder((ids) => this.findAll(ids));
  }

  /** Whoever changes the password at the same moment is waited for, or waits, and then ends this session too. */
  add(session: Session, passwordHash: string): Promise<boolean> {
    return this.em.fork().transactional(async (em) => {
      const account = { id: session.accountId, passwordHash, disabledAt: null };
      if (!(await em.findOne(Account, account, { lockMode: LockMode.PESSIMISTIC_READ }))) return false;
      await em.insert(Session, session);
      return true;
    });
  }

  async find(id: string): Promise<Session | null> {
    return (await this.prove(id))?.of ?? null;
  }

  async prove(id: string): Promise<Proof<Session> | null> {
    return isUuid(id) ? this.wanted(id.toLowerCase()) : null;
  }

  listOf(accountId: string, now: Date): Promise<Session[]> {
    const newest = { orderBy: { createdAt: 'desc', id: 'desc' }, limit: MOST_LISTED } as const;
    return this.em.fork().find(Session, { accountId, expiresAt: { $gt: now } }, newest);
  }

  async isSignedIn(accountId: string, addressKey: string, now: Date): Promise<boolean> {
    return (await this.statements.rows(SIGNED_IN, [accountId, addressKey, now])).length > 0;
  }

  async rotate(id: string, tokenId: string, rotation: ReturnType<Session['rotation']>): Promise<boolean> {
    return (await this.em.fork().nativeUpdate(Session, { id, tokenId }, rotation)) === 1;
  }

  async end(id: string, accountId: string): Promise<boolean> {
    return isUuid(id) && (await this.em.fork().nativeDelete(Session, { id, accountId })) === 1;
  }

  endAllOf(accountId: string): Promise<number> {
    return this.em.fork().nativeDelete(Session, { accountId });
  }

  async endExpired(now: Date): Promise<void> {
    await this.em.fork().nativeDelete(Session, { expiresAt: { $lte: now } });
  }

  private async findAll(ids: readonly string[]): Promise<ReadonlyMap<string, Proof<Session>>> {
    const rows = await this.statements.rows<RowWithAccount>(this.findById, [this.statements.listed(ids)]);
    return new Map(rows.map((row) => proofOf(this.rows, row)).map((proof) => [proof.of.id, proof]));
  }
}
