import { EntityManager } from '@mikro-orm/core';
import { type DynamicModule, type INestApplicationContext, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { LoggerModule } from 'nestjs-pino';
import { AdministerAccount } from '../accounts/application/administer-account.ts';
import { MonthlyImages } from '../accounts/application/ports.ts';
import { RegisterAccount } from '../accounts/application/register-account.ts';
import type { Account } from '../accounts/domain/account.ts';
import { AccountsModule } from '../accounts/infrastructure/accounts.module.ts';
import { RegistrationDto } from '../accounts/infrastructure/http/accounts.dto.ts';
import { BaseModule } from '../base.module.ts';
import { JobCensus } from '../image-jobs/application/ports.ts';
import { SqlJobCensus } from '../image-jobs/infrastructure/sql/sql-job-census.ts';
import { loadSettings } from '../settings/load-settings.ts';
import type { Settings } from '../settings/settings.ts';
import { Clock } from '../shared/clock.ts';
import { checked } from '../shared/http/checked.ts';
import { OperatorError, toldAtExit } from '../shared/operator-error.ts';
import { adapter, useCase } from '../shared/use-case.ts';
import { logOptions } from '../telemetry/log-options.ts';
import { ServiceLogger } from '../telemetry/service-logger.ts';
import { BeginMonth } from '../usage/application/begin-month.ts';
import { UsageLedger } from '../usage/application/ports.ts';
import { SqlUsageLedger } from '../usage/infrastructure/sql/sql-usage-ledger.ts';
import { setPolicy } from './account-policy.ts';
import { usageTable } from './account-usage.ts';
import { Questions } from './questions.ts';

const USAGE = `Usage: npm run account -- <command> NAME

  create NAME           makes an account; asks for its e-mail and password
  reset-password NAME   sets a new password and ends every session
  disable NAME          ends every session and refuses every log-in
  usage NAME            shows what the account's images of the last 30 days came to
  policy NAME [FIGURE=VALUE ...]
                        shows what the account may do; sets figures for it alone, at once,
                        e.g. images_per_month=1000 requests_per_minute=60 (VALUE "default"
                        takes a figure back, "none" is no limit of images_per_month)

NAME is a username; for all but the first also an e-mail. E-mail and password are
read from the terminal, or one a line from standard input.
`;

@Module({})
class AccountCommandModule {
  static with(settings: Settings): DynamicModule {
    return {
      module: AccountCommandModule,
      // Of usage and image-jobs the ledger and the census alone: the rest is for processes that serve.
      providers: [
        ServiceLogger,
        adapter(UsageLedger, SqlUsageLedger, EntityManager),
        adapter(JobCensus, SqlJobCensus, EntityManager),
        useCase(BeginMonth, UsageLedger, JobCensus, MonthlyImages, Clock),
      ],
      imports: [LoggerModule.forRoot(logOptions(settings.log)), BaseModule.with(settings), AccountsModule],
    };
  }
}

async function main([command, name, ...rest]: string[]): Promise<void> {
  const isKnown = ['create', 'reset-password', 'disable', 'usage', 'policy'].includes(command ?? '');
  if (!command || !isKnown || !name || (rest.length > 0 && command !== 'policy')) throw new OperatorError(USAGE);
  const context = await NestFactory.createApplicationContext(AccountCommandModule.with(loadSettings(process.env)), {
    bufferLogs: true,
    abortOnError: false,
  });
  context.useLogger(context.get(ServiceLogger));
  const questions = new Questions();
  try {
    if (command === 'create') await create(context.get(RegisterAccount), name, questions);
    else await administer(context, command, name, rest, questions);
  } finally {
    questions.close();
    await context.close();
  }
}

async function create(register: RegisterAccount, username: string, questions: Questions): Promise<void> {
  const email = await questions.ask('E-mail');
  const password = await questions.ask('Password', { secret: true });
  await register.execute(good({ username, email, password }), 'operator');
  process.stderr.write(`The account ${username} has been created.\n`);
}

async function administer(
  context: INestApplicationContext,
  command: string,
  name: string,
  wishes: readonly string[],
  questions: Questions,
): Promise<void> {
  const accounts = context.get(AdministerAccount);
  const account = await accounts.find(name);
  if (!account) throw new OperatorError(`Expected the name of an account, received ${name}`);
  if (command === 'usage') return say(await usageTable(context.get(UsageLedger), account.id, context.get(Clock).now()));
  if (command === 'policy') return say(await setPolicy(context, account, wishes));
  if (command === 'disable') await accounts.disable(account);
  else await accounts.resetPassword(account, await newPassword(account, questions));
  process.stderr.write(`Done: ${command} ${account.username}. Every session has ended.\n`);
}

/** What was asked for goes to standard output, where it can be piped on. */
function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

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

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${toldAtExit(error)}\n`);
  process.exit(1);
});
