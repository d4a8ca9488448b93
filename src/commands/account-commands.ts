import type { INestApplicationContext } from '@nestjs/common';
import { AdministerAccount } from '../accounts/application/administer-account.ts';
import { RegisterAccount } from '../accounts/application/register-account.ts';
import type { Account } from '../accounts/domain/account.ts';
import { RegistrationDto } from '../accounts/infrastructure/http/accounts.dto.ts';
import { Clock } from '../shared/clock.ts';
import { checked } from '../shared/http/checked.ts';
import { OperatorError } from '../shared/operator-error.ts';
import { UsageLedger } from '../usage/application/ports.ts';
import { accountTable, keyTable } from './account-lists.ts';
import { setPolicy } from './account-policy.ts';
import { usageTable } from './account-usage.ts';
import type { Questions } from './questions.ts';

/** What a command was asked, and what it works with. */
export interface Asked {
  readonly context: INestApplicationContext;
  readonly questions: Questions;
  /** The words behind the command's own. */
  readonly words: readonly string[];
}

/** What a command has to say: `shown` goes to standard output, where it can be piped on, `done` to the operator alone. */
type Said = { readonly shown: string } | { readonly done: string };

/** A command of the operator. */
export interface AccountCommand {
  /** Its words, as the usage text has them. */
  readonly takes: string;
  /** Lines of the usage text. */
  readonly about: readonly string[];
  /** How many words there may be. */
  readonly words: readonly [least: number, most: number];
  run(asked: Asked): Promise<Said>;
}

type OfAccount = (accounts: AdministerAccount, account: Account, asked: Asked) => Promise<Said>;

/** A command on the account that its first word names. */
function ofAccount(about: readonly string[], run: OfAccount, more = '', most = 1): AccountCommand {
  return {
    takes: `NAME${more}`,
    about,
    words: [1, most],
    async run(asked) {
      const accounts = asked.context.get(AdministerAccount);
      const [name = ''] = asked.words;
      const account = await accounts.find(name);
      if (!account) throw new OperatorError(`Expected the name of an account, received ${name}`);
      return run(accounts, account, asked);
    },
  };
}

/** The operator's commands, in the order of an account's life. */
export const ACCOUNT_COMMANDS: Readonly<Record<string, AccountCommand>> = {
  create: {
    takes: 'NAME',
    about: ['makes an account; asks for its e-mail and password'],
    words: [1, 1],
    async run({ context, questions, words: [username = ''] }) {
      const email = await questions.ask('E-mail');
      const password = await questions.ask('Password', { secret: true });
      await context.get(RegisterAccount).execute(good({ username, email, password }), 'operator');
      return { done: `The account ${username} has been created.` };
    },
  },
  list: {
    takes: '[TEXT]',
    about: ['shows all accounts, or those whose name or e-mail holds TEXT'],
    words: [0, 1],
    run: async ({ context, words }) => ({ shown: accountTable(await context.get(AdministerAccount).list(words[0])) }),
  },
  'reset-password': ofAccount(
    ['sets a new password and ends every session; its API keys stay'],
    async (accounts, account, { questions }) => {
      await accounts.resetPassword(account, await newPassword(account, questions));
      return { done: `Done: reset-password ${account.username}. Every session has ended; API keys are as they were.` };
    },
  ),
  'end-sessions': ofAccount(['ends every session'], async (accounts, account) => {
    const ended = await accounts.endSessions(account);
    return { done: `Done: end-sessions ${account.username}. Sessions that have ended: ${ended}.` };
  }),
  keys: ofAccount(['shows its API keys'], async (accounts, account) => ({
    shown: keyTable(await accounts.keysOf(account)),
  })),
  'revoke-keys': ofAccount(
    ['revokes all its API keys, or the one of this ID'],
    async (accounts, account, { words: [, id] }) => {
      if (id === undefined) {
        const revoked = await accounts.revokeKeys(account);
        return { done: `Done: revoke-keys ${account.username}. API keys that were revoked: ${revoked}.` };
      }
      if (await accounts.revokeKey(account, id)) return { done: `Done: revoke-keys ${account.username} ${id}.` };
      throw new OperatorError(`Expected the id of an API key of ${account.username}, received ${id}`);
    },
    ' [ID]',
    2,
  ),
  disable: ofAccount(['ends every session, and refuses every log-in and API key'], async (accounts, account) => {
    await accounts.disable(account);
    return { done: `Done: disable ${account.username}. Every session has ended, and its API keys are refused.` };
  }),
  enable: ofAccount(['lets a disabled account in again, with the API keys that it has'], async (accounts, account) => {
    await accounts.enable(account);
    const { length } = await accounts.keysOf(account);
    return { done: `Done: enable ${account.username}. It can log in; API keys that are good again: ${length}.` };
  }),
  delete: ofAccount(
    ['deletes it with all that it owns, for good; asks for its username again'],
    async (accounts, account, { questions }) => {
      const { username } = account;
      const again = await questions.ask(`Username of the account to delete, ${username}, again`);
      if (again !== username) throw new OperatorError(`Expected ${username}, received ${again}. Nothing is deleted.`);
      await accounts.delete(account);
      return { done: `Done: delete ${username}. A service that runs erases its images within a minute or so.` };
    },
  ),
  usage: ofAccount(['shows what its images of the last 30 days came to'], async (_accounts, { id }, { context }) => ({
    shown: await usageTable(context.get(UsageLedger), id, context.get(Clock).now()),
  })),
  policy: ofAccount(
    [
      'shows what it may do; sets figures for it alone, at once,',
      'e.g. images_per_month=1000 requests_per_minute=60 (VALUE "default"',
      'takes a figure back, "none" is no limit of images_per_month)',
    ],
    async (_accounts, account, { context, words: [, ...wishes] }) => ({
      shown: await setPolicy(context, account, wishes),
    }),
    ' [FIGURE=VALUE ...]',
    Number.POSITIVE_INFINITY,
  ),
};

async function newPassword({ username, email }: Account, questions: Questions): Promise<string> {
  const password = await questions.ask('New password', { secret: true });
  return good({ username, email, password }).password;
}

/** The same rules as for a registration over HTTP. */
function good(registration: { username: string; email: string; password: string }): RegistrationDto {
  const { value, faults } = checked(RegistrationDto, registration, [], 'registration');
  if (faults.length > 0) throw new OperatorError(faults.map(({ detail }) => detail).join('\n'));
  return value;
}
