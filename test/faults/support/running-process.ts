import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import PQueue from 'p-queue';
import { freePort } from '../../support/servers/program.ts';

const MAIN = join(import.meta.dirname, '../../../dist/main.js');

/** A test file starts two at a time: a dozen at once would keep each other so busy that they give up on the database. */
const starts = new PQueue({ concurrency: 2 });

/** Those that run: none outlives the test process, however its tests end. */
const children = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

/** How a process ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** One process of the service, compiled, as an operator starts it. */
export class RunningProcess {
  /** The lines of its log so far. */
  readonly log: string[] = [];
  private readonly exited: Promise<Ended>;

  private constructor(
    readonly url: string,
    private readonly child: ChildProcess,
  ) {
    children.add(child);
    this.exited = once(child, 'exit').then(([code, signal]) => {
      children.delete(child);
      return { code, signal };
    });
  }

  /** Starts it on free ports and resolves when it is ready; `before` is a command that starts it, with its arguments. */
  static start(role: 'api' | 'worker' | 'all', env: NodeJS.ProcessEnv, before: string[] = []): Promise<RunningProcess> {
    return starts.add(() => RunningProcess.begin(role, env, before));
  }

  private static async begin(
    role: 'api' | 'worker' | 'all',
    env: NodeJS.ProcessEnv,
    before: string[],
  ): Promise<RunningProcess> {
    const [port, metricsPort] = [await freePort(), await freePort()];
    const [command = '', ...args] = [...before, process.execPath, MAIN];
    const child = spawn(command, args, {
      env: {
        NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
        ...env,
        APP_ROLE: role,
        PORT: String(port),
        METRICS_PORT: String(metricsPort),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const running = new RunningProcess(`http://127.0.0.1:${role === 'worker' ? metricsPort : port}`, child);
    await running.says(role === 'worker' ? 'The worker is ready' : 'ImagePro API is ready');
    return running;
  }

  get pid(): number {
    return this.child.pid as number;
  }

  /** Sends the signal, and resolves with how the process ended. */
  end(signal: NodeJS.Signals): Promise<Ended> {
    this.child.kill(signal);
    return this.exited;
  }

  private async says(words: string): Promise<void> {
    const said = Promise.withResolvers<void>();
    for (const stream of [this.child.stdout, this.child.stderr]) {
      if (!stream) continue;
      createInterface({ input: stream }).on('line', (line) => {
        this.log.push(line);
        if (line.includes(words)) said.resolve();
      });
    }
    this.exited.then(() => said.reject(new Error(`The process ended:\n${this.log.join('\n')}`)), said.reject);
    await said.promise;
  }
}
