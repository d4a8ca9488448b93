import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

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
  const command = spawn(process.execPath, [join(COMMANDS, `${name}.command.js`), ...args], { env });
  command.stdin.on('error', () => {});
  command.stdin.end(answers.map((answer) => `${answer}\n`).join(''));
  const [out, err, [code]] = await Promise.all([text(command.stdout), text(command.stderr), once(command, 'exit')]);
  return { code, said: out + err };
}
