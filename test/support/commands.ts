import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { runAccountCommand } from '../../src/commands/run-account-command.ts';

/** What has been built. */
const COMMANDS = join(import.meta.dirname, '../../dist/commands');

/** How a command ended, and all that it said. */
export interface Said {
  readonly code: number;
  readonly said: string;
}

/** Runs an operator's command as a container does, with these settings; `answers` are what is typed. */
export async function runCommand(
  name: string,
  env: NodeJS.ProcessEnv,
  args: readonly string[] = [],
  answers: readonly string[] = [],
): Promise<Said> {
  const command = spawn(process.execPath, [join(COMMANDS, `${name}.command.js`), ...args], {
    env: { NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE, ...env },
  });
  command.stdin.on('error', () => {});
  command.stdin.end(typed(answers).join(''));
  const [out, err, [code]] = await Promise.all([text(command.stdout), text(command.stderr), once(command, 'exit')]);
  return { code, said: out + err };
}

/** Runs the account command within this process, where its start, a second of CPU elsewhere, is next to nothing. */
export async function runAccount(
  env: NodeJS.ProcessEnv,
  args: readonly string[],
  answers: readonly string[] = [],
): Promise<Said> {
  let said = '';
  const screen = new Writable({
    write(chunk, _encoding, done) {
      said += chunk;
      done();
    },
  });
  const argv = [process.execPath, join(COMMANDS, 'account.command.js'), ...args];
  const stdin = Readable.from(typed(answers));
  const code = await runAccountCommand({ argv, env, stdin, stdout: screen, stderr: screen });
  return { code, said };
}

function typed(answers: readonly string[]): string[] {
  return answers.map((answer) => `${answer}\n`);
}
