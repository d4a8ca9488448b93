import { relative } from 'node:path';
import type { Readable, Writable } from 'node:stream';
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

/** What a command has of its process. */
export interface CommandProcess {
  readonly argv: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable;
  readonly stderr: Writable;
}

/** Where the usage text says what a command does. */
const COLUMN = 25;

function usage({ argv, env }: CommandProcess): string {
  // What is typed before the words: npm is not in the image, nor wherever the command is started without it.
  const startedBy =
    env.npm_lifecycle_event === 'account' ? 'npm run account --' : `node ${relative(process.cwd(), argv[1] ?? '')}`;
  const lines = Object.entries(ACCOUNT_COMMANDS).flatMap(([name, { takes, about }]) => {
    const words = `  ${name} ${takes}`;
    const [first, ...rest] =
      words.length < COLUMN - 1 ? [words.padEnd(COLUMN) + about[0], ...about.slice(1)] : [words, ...about];
    return [first, ...rest.map((line) => ' '.repeat(COLUMN) + line)];
  });
  return `Usage: ${startedBy} <command> ...

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

/** Runs the operator's command that this process was started with; resolves with the process's exit code. */
export async function runAccountCommand(asked: CommandProcess): Promise<0 | 1> {
  try {
    await run(asked);
    return 0;
  } catch (error) {
    asked.stderr.write(`${toldAtExit(error)}\n`);
    return 1;
  }
}

async function run(asked: CommandProcess): Promise<void> {
  const [name = '', ...words] = asked.argv.slice(2);
  const command = Object.hasOwn(ACCOUNT_COMMANDS, name) ? ACCOUNT_COMMANDS[name] : undefined;
  const [least, most] = command?.words ?? [0, 0];
  if (!command || words.length < least || words.length > most) throw new OperatorError(usage(asked));
  const settings = loadSettings(asked.env);
  const context = await NestFactory.createApplicationContext(AccountCommandModule.with(settings), QUIET_START);
  useServiceLog(context);
  const questions = new Questions(asked.stdin, asked.stderr);
  try {
    const said = await command.run({ context, questions, words });
    if ('shown' in said) asked.stdout.write(`${said.shown}\n`);
    else asked.stderr.write(`${said.done}\n`);
  } finally {
    questions.close();
    await context.close();
  }
}
