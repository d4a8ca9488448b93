import { BigIntType, EntitySchema } from '@mikro-orm/core';
import { Account } from '../../domain/account.ts';
import { ApiKey } from '../../domain/api-key.ts';
import { Session } from '../../domain/session.ts';

/** One name or e-mail that is taken, as it is compared: the space in which each stands once. */
export class AccountName {
  constructor(
    readonly key: string,
    readonly accountId: string,
  ) {}
}

/** An account that is gone, and of which something may be left in other tables or among the files. */
export class RemovedAccount {
  constructor(readonly id: string) {}
}

/** How many images of one caller were accepted in a calendar month; counted of those alone who have such a limit. */
export class MonthlyCount {
  constructor(
    /** Key of the caller. */
    readonly ownerKey: string,
    /** In UTC, as `2026-01`. */
    readonly month: string,
    readonly images: number,
  ) {}
}

export const AccountSchema = new EntitySchema<Account>({
  class: Account as never,
  tableName: 'accounts',
  properties: {
    id: { type: 'uuid', primary: true },
    username: { type: 'string', length: 150 },
    usernameKey: { type: 'text' },
    email: { type: 'string', length: 254 },
    emailKey: { type: 'text' },
    passwordHash: { type: 'string', length: 255 },
    createdAt: { type: 'datetime', length: 3 },
    disabledAt: { type: 'datetime', length: 3, nullable: true },
    policy: { type: 'json', nullable: true },
  },
});

export const AccountNameSchema = new EntitySchema<AccountName>({
  class: AccountName as never,
  tableName: 'account_names',
  properties: {
    key: { type: 'text', primary: true },
    accountId: { type: 'uuid', index: true },
  },
});

export const RemovedAccountSchema = new EntitySchema<RemovedAccount>({
  class: RemovedAccount,
  tableName: 'removed_accounts',
  properties: {
    id: { type: 'uuid', primary: true },
  },
});

export const SessionSchema = new EntitySchema<Session>({
  class: Session as never,
  tableName: 'sessions',
  // With the end of a session, what is over but not removed yet is not looked at.
  indexes: [{ properties: ['accountId', 'addressKey', 'expiresAt'] }],
  properties: {
    id: { type: 'uuid', primary: true },
    accountId: { type: 'uuid' },
    tokenId: { type: 'string', length: 32 },
    previousTokenId: { type: 'string', length: 32, nullable: true },
    refreshedAt: { type: 'datetime', length: 3 },
    createdAt: { type: 'datetime', length: 3 },
    expiresAt: { type: 'datetime', length: 3, index: true },
    address: { type: 'string', length: 64 },
    agent: { type: 'string', length: 256 },
    inCookie: { type: 'boolean' },
    addressKey: { type: 'string', length: 72 },
  },
});

export const ApiKeySchema = new EntitySchema<ApiKey>({
  class: ApiKey as never,
  tableName: 'api_keys',
  properties: {
    id: { type: 'uuid', primary: true },
    accountId: { type: 'uuid', index: true },
    name: { type: 'string', length: 100 },
    scopes: { type: 'json' },
    prefix: { type: 'string', length: 8, unique: true },
    digest: { type: 'string', length: 64 },
    createdAt: { type: 'datetime', length: 3 },
    expiresAt: { type: 'datetime', length: 3 },
    lastUsedAt: { type: 'datetime', length: 3, nullable: true },
  },
});

export const MonthlyCountSchema = new EntitySchema<MonthlyCount>({
  class: MonthlyCount,
  tableName: 'monthly_counts',
  properties: {
    ownerKey: { type: 'string', length: 64, primary: true },
    month: { type: 'string', length: 7, primary: true, index: true },
    images: { type: new BigIntType('number') },
  },
});
