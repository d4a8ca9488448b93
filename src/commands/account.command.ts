import { relative } from 'node:path';
import { EntityManager } from '@mikro-orm/core';
import { type DynamicModule, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { LoggerModule } from 'nestjs-pino';
import { MonthlyImages } from '../accounts/application/ports.ts';
import { AccountsModule } from '../accounts/infrastructure/accounts.module.ts';
import { BaseModule } from '../base.module.ts';
import { JobCensus } from '../image-jobs/application/ports.ts';
import { SqlJobCensus } from '../image-jobs/infrastructure/sql/sql-job-census.ts';
import { loadSettings } from '../settings/load-settings.ts';
import type { Settings } from '../settings/settings.ts';
import { Clock } from '../shared/clock.ts';
import { OperatorError, toldAtExit } from '../shared/operator-error.ts';
import { adapter, useCase } from '../shared/use-case.ts';
import { logOptions } from '../telemetry/log-options.ts';
import { QUIET_START, ServiceLogger, useServiceLog } from '../telemetry/service-logger.ts';
import { BeginMonth } from '../usage/application/begin-month.ts';
import { UsageLedger } from '../usage/application/ports.ts';
import { SqlUsageLedger } from '../usage/infrastructure/sql/sql-usage-ledger.ts';
import { ACCOUNT_COMMANDS } from './account-commands.ts';
import { Questions } from './questions.ts';

/** What is typed before the words: npm is not in the image, nor wherever the command is started without it. */
const STARTED_BY =
  process.env.npm_lifecycle_event === 'account'
    ? 'npm run account --'
    : `node ${relative(process.cwd(), process.argv[1] ?? '')}`;
/** Where the usage text says what a command does. */
const COLUMN = 25;

function usage(): string {
  const lines = Object.entries(ACCOUNT_COMMANDS).flatMap(([name, { takes, about }]) => {
    const words = `  ${name} ${takes}`;
    const [first, ...rest] =
      words.length < COLUMN - 1 ? [words.padEnd(COLUMN) + about[0], ...about.slice(1)] : [words, ...about];
    return [first, ...rest.map((line) => ' '.repeat(COLUMN) + line)];
  });
  return `Usage: ${STARTED_BY} <command> ...

${lines.join('\n')}

NAME is a username; for all but the first also an e-mail. E-mail and password are
read from the terminal, or one a line from standard input.
`;
}

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

async function main([name = '', ...words]: string[]): Promise<void> {
  const command = Object.hasOwn(ACCOUNT_COMMANDS, name) ? ACCOUNT_COMMANDS[name] : undefined;
  const [least, most] = command?.words ?? [0, 0];
  if (!command || words.length < least || words.length > most) throw new OperatorError(usage());
  const settings = loadSettings(process.env);
  const context = await NestFactory.createApplicationContext(AccountCommandModule.with(settings), QUIET_START);
  useServiceLog(context);
  const questions = new Questions();
  try {
    const said = await command.run({ context, questions, words });
    if ('shown' in said) process.stdout.write(`${said.shown}\n`);
    else process.stderr.write(`${said.done}\n`);
  } finally {
    questions.close();
    await context.close();
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${toldAtExit(error)}\n`);
  process.exit(1);
});
