import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { type DynamicModule, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { LoggerModule } from 'nestjs-pino';
import { AdministerAccount } from '../accounts/application/administer-account.ts';
import { RegisterAccount } from '../accounts/application/register-account.ts';
import type { Account } from '../accounts/domain/account.ts';
import { AccountsModule } from '../accounts/infrastructure/accounts.module.ts';
import { RegistrationDto } from '../accounts/infrastructure/http/accounts.dto.ts';
import { BaseModule } from '../base.module.ts';
import { loadSettings } from '../settings/load-settings.ts';
import type { Settings } from '../settings/settings.ts';
import { checked } from '../shared/http/checked.ts';
import { logOptions } from '../telemetry/log-options.ts';
import { ServiceLogger } from '../telemetry/service-logger.ts';

const USAGE = `Usage: npm run account -- <command> NAME

  create NAME           makes an account; asks for its e-mail and password
  reset-password NAME   sets a new password and ends every session
  disable NAME          ends every session and refuses every log-in

NAME is a username; for the last two also an e-mail. E-mail and password are read
from the terminal, or one a line from standard input.
`;

/** A mistake of the operator's: its message is all there is to say. */
class CommandError extends Error {}

@Module({})
class AccountCommandModule {
  static with(settings: Settings): DynamicModule {
    return {
      module: AccountCommandModule,
      providers: [ServiceLogger],
      imports: [LoggerModule.forRoot(logOptions(settings.log)), BaseModule.with(settings), AccountsModule],
    };
  }
}

/**
 * Questions to the operator; what is typed for a secret is not shown. Our own, since libraries for prompts read one answer
 * from a pipe and lose the lines after it.
 */
class Questions {
  private hidden = false;
  private readonly output = new Writable({
    write: (chunk, _encoding, done) => {
      if (!this.hidden) process.stderr.write(chunk);
      done();
    },
  });
  private readonly lines = createInterface({
    input: process.stdin,
    output: this.output,
    terminal: process.stdin.isTTY,
  });
  private readonly iterator = this.lines[Symbol.asyncIterator]();

  async ask(question: string, { secret = false } = {}): Promise<string> {
    process.stderr.write(`${question}: `);
    this.hidden = secret;
    const { value, done } = await this.iterator.next();
    this.hidden = false;
    process.stderr.write('\n');
    if (done) throw new CommandError(`Expected ${question.toLowerCase()} on standard input, received nothing`);
    return value;
  }

  close(): void {
    this.lines.close();
  }
}

async function main([command, name, ...rest]: string[]): Promise<void> {
  if (!command || !name || rest.length > 0 || !['create', 'reset-password', 'disable'].includes(command)) {
    throw new CommandError(USAGE);
  }
  const context = await NestFactory.createApplicationContext(AccountCommandModule.with(loadSettings(process.env)), {
    bufferLogs: true,
    abortOnError: false,
  });
  context.useLogger(context.get(ServiceLogger));
  const questions = new Questions();
  try {
    if (command === 'create') await create(context.get(RegisterAccount), name, questions);
    else await administer(context.get(AdministerAccount), command, name, questions);
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
  accounts: AdministerAccount,
  command: string,
  name: string,
  questions: Questions,
): Promise<void> {
  const account = await accounts.find(name);
  if (!account) throw new CommandError(`Expected the name of an account, received ${name}`);
  if (command === 'disable') await accounts.disable(account);
  else await accounts.resetPassword(account, await newPassword(account, questions));
  process.stderr.write(`Done: ${command} ${account.username}. Every session has ended.\n`);
}

async function newPassword({ username, email }: Account, questions: Questions): Promise<string> {
  const password = await questions.ask('New password', { secret: true });
  return good({ username, email, password }).password;
}

/** The same rules as for a registration over HTTP. */
function good(registration: { username: string; email: string; password: string }): RegistrationDto {
  const { value, faults } = checked(RegistrationDto, registration, '', 'registration');
  if (faults.length > 0) throw new CommandError(faults.map(({ detail }) => detail).join('\n'));
  return value;
}

main(process.argv.slice(2)).catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
