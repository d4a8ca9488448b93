import type { EntityRows } from '../../../database/entity-rows.ts';
import type { Proof } from '../../application/ports.ts';
import type { OwnPolicy } from '../../domain/usage-policy.ts';

/** Joins rows that name an account with what is looked up of it, and leaves out those of one that is disabled or gone. */
export const WITH_ACCOUNT = `
  join (select id as owner_id, policy as own_policy from accounts where disabled_at is null) owners on owner_id = account_id`;

/** A row as that gives it: PostgreSQL reads its JSON, SQLite gives its text. */
export interface RowWithAccount {
  readonly own_policy: OwnPolicy | string | null;
}

/** What such a row proves. */
export function proofOf<T extends object>(rows: EntityRows<T>, row: RowWithAccount): Proof<T> {
  const { own_policy: policy } = row;
  return { of: rows.object(row), ownPolicy: typeof policy === 'string' ? (JSON.parse(policy) as OwnPolicy) : policy };
}
