import type { EntityManager } from '@mikro-orm/core';
import { isUuid } from '../../../database/uuid.ts';
import { SessionRepository } from '../../application/ports.ts';
import { Session } from '../../domain/session.ts';

/** Sessions in the database. Each method is one statement, on an entity manager of its own. */
export class MikroOrmSessionRepository extends SessionRepository {
  constructor(private readonly em: EntityManager) {
    super();
  }

  async add(session: Session): Promise<void> {
    await this.em.fork().insert(Session, session);
  }

  async find(id: string): Promise<Session | null> {
    return isUuid(id) ? this.em.fork().findOne(Session, { id }) : null;
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
}
