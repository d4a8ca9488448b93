import { type EntityClass, type EntityManager, type FilterQuery, LockMode } from '@mikro-orm/core';

/**
 * Locks a row until the transaction of this entity manager is over, so that whoever else locks or deletes it waits. False
 * when there is none.
 */
export async function lockRow<T extends { readonly id: string }>(
  em: EntityManager,
  entity: EntityClass<T>,
  id: string,
): Promise<boolean> {
  return (await em.findOne(entity, { id } as FilterQuery<T>, { lockMode: LockMode.PESSIMISTIC_WRITE })) !== null;
}
