import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { loadSettings } from '../../src/settings/load-settings.ts';
import type { Settings } from '../../src/settings/settings.ts';
import { runCommand, type Said } from './commands.ts';
import { profileEnvironment } from './profile.ts';

const ROOT = join(import.meta.dirname, '../..');

/** The built service as a process of its own, as an operator runs it, with all that it logs. */
export class ServiceProcess {
  private constructor(
    readonly url: string,
    readonly settings: Settings,
    /** Its settings, by their variables. */
    readonly env: NodeJS.ProcessEnv,
    private readonly child: ChildProcess,
    /** The lines of its log so far. */
    readonly log: string[],
  ) {}

  /** Starts the service of the profile under test on a free port; `env` are settings by their variables. */
  static async start(env: NodeJS.ProcessEnv = {}): Promise<ServiceProcess> {
    build();
    const dataDir = await mkdtemp(join(tmpdir(), 'imagepro-test-'));
    const started = {
      PATH: process.env.PATH,
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
      THROTTLE_SIGN_IN_PER_MINUTE: '10000',
      ...(await profileEnvironment(dataDir)),
      ...env,
    };
    const child = spawn(process.execPath, [join(ROOT, 'dist/main.js')], { env: started });
    const log: string[] = [];
    createInterface(child.stdout).on('line', (line) => log.push(line));
    for await (const line of createInterface(child.stderr)) {
      const address = /address +(http:\S+)\//.exec(line)?.[1];
      if (address) return new ServiceProcess(address, loadSettings(started), started, child, log);
      log.push(line);
    }
    throw new Error(`The service did not start:\n${log.join('\n')}`);
  }

  /** Runs the account command with this service's settings; gives its exit code and all that it says. */
  account(args: string[], answers: string[] = []): Promise<Said> {
    return runCommand('account', this.env, args, answers);
  }

  /** Stops it as an operator does, and gives its whole log. */
  async stop(): Promise<string> {
    const closed = once(this.child, 'close');
    this.child.kill('SIGTERM');
    await closed;
    await rm(this.settings.storage.dataDir, { recursive: true, force: true });
    return this.log.join('\n');
  }
}

/** `npm test` has built already; a test that is run by itself may have to. */
function build(): void {
  if (existsSync(join(ROOT, 'dist/main.js'))) return;
  execFileSync(process.execPath, [join(ROOT, 'node_modules/.bin/nest'), 'build'], { cwd: ROOT });
}
