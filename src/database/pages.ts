import type { EntityClass, EntityManager, FilterQuery, QueryOrderMap } from '@mikro-orm/core';
import type { PagePosition, PageRequest } from '../shared/page.ts';

/** The entities of a page that meet every condition, newest first. */
export async function findPage<T extends PagePosition>(
  em: EntityManager,
  entity: EntityClass<T>,
  conditions: readonly FilterQuery<T>[],
  { limit, after, before }: PageRequest,
): Promise<T[]> {
  const all = [...conditions, ...(after ? [beyond(after, '$lt')] : []), ...(before ? [beyond(before, '$gt')] : [])];
  const direction = before ? 'asc' : 'desc';
  const orderBy = { createdAt: direction, id: direction } as QueryOrderMap<T>;
  const found = await em.find(entity, { $and: all } as FilterQuery<T>, { orderBy, limit });
  return before ? found.reverse() : found;
}

/** What the first condition says again lets an index begin there. */
function beyond({ createdAt, id }: PagePosition, side: '$lt' | '$gt'): object {
  const here = { createdAt: { [`${side}e`]: createdAt } };
  return { $and: [here, { $or: [{ createdAt: { [side]: createdAt } }, { createdAt, id: { [side]: id } }] }] };
}
