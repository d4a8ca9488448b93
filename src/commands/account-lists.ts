import type { Account } from '../accounts/domain/account.ts';
import type { ApiKey } from '../accounts/domain/api-key.ts';
import { dayOf } from '../shared/calendar.ts';
import { terminalTable } from './terminal-table.ts';

/** Accounts as a table for a terminal. */
export function accountTable(accounts: readonly Account[]): string {
  const rows = accounts.map(({ username, email, createdAt, disabledAt, policy }) => [
    username,
    email,
    dayOf(createdAt),
    disabledAt ? `since ${dayOf(disabledAt)}` : 'no',
    policy ? 'its own' : 'default',
  ]);
  return terminalTable([['username', 'e-mail', 'made (UTC)', 'disabled', 'limits'], ...rows], () => false);
}

/** An account's API keys as a table for a terminal. */
export function keyTable(keys: readonly ApiKey[]): string {
  const rows = keys.map(({ id, name, scopes, createdAt, expiresAt, lastUsedAt }) => [
    id,
    name,
    scopes.join(' '),
    dayOf(createdAt),
    dayOf(expiresAt),
    lastUsedAt ? dayOf(lastUsedAt) : 'never',
  ]);
  const head = ['id', 'name', 'scopes', 'made (UTC)', 'expires', 'last used'];
  return terminalTable([head, ...rows], () => false);
}
