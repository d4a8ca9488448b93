import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { freePort } from '../test/support/servers/program.ts';

/** The checkout whose build is measured: this one, or the one that BENCH_SERVICE names, to compare two states. */
const ROOT = resolve(process.env.BENCH_SERVICE ?? join(import.meta.dirname, '..'));
/** What `npm start` gives to Node. */
const START: string[] = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
  .scripts.start.split(' ')
  .slice(1);

/** Limits out of the way: this measures work, not policies. */
const ENVIRONMENT = {
  LOG_LEVEL: 'warn',
  ACCESS_TOKEN_SECONDS: '86400',
  THROTTLE_AUTHENTICATED_PER_MINUTE: '1000000',
  AUTHENTICATED_ACTIVE_JOBS: '1000000',
  AUTHENTICATED_KEPT_BYTES: '1000000000000',
  THROTTLE_ANONYMOUS_PER_MINUTE: '1000000',
  ANONYMOUS_FILE_BYTES: '10485760',
  ANONYMOUS_OPERATIONS: '10',
  ANONYMOUS_QUALITY_MAX: '95',
  ANONYMOUS_ACTIVE_JOBS: '1000000',
  ANONYMOUS_KEPT_BYTES: '1000000000000',
};

/** What is loaded into the service's process before the service itself, for a bench alone. */
export type Preload = 'count-statements' | 'no-pixels';

/** The compiled service, started as an operator would. */
export class BenchedService {
  readonly pid: number;
  /** Where it listens. */
  readonly url: string;
  /** From the start of its process until it said that it is ready. */
  readonly readyMs: number;
  readonly #process: ChildProcess;

  private constructor(child: ChildProcess, url: string, readyMs: number) {
    this.#process = child;
    this.pid = child.pid as number;
    this.url = url;
    this.readyMs = readyMs;
  }

  /** Starts the compiled service with its data in a folder, and further settings; resolves when it is ready. */
  static start(dataDir: string, env?: NodeJS.ProcessEnv, preloads: readonly Preload[] = []): Promise<BenchedService> {
    const imports = preloads.flatMap((name) => ['--import', join(import.meta.dirname, 'preload', `${name}.ts`)]);
    return BenchedService.#run([...imports, ...START], dataDir, env);
  }

  /** Starts the least service in its place. */
  static startLeast(dataDir: string): Promise<BenchedService> {
    const program = join(import.meta.dirname, 'least-service.ts');
    return BenchedService.#run([...process.execArgv, '--max-semi-space-size=4', program], dataDir);
  }

  static async #run(command: readonly string[], dataDir: string, env: NodeJS.ProcessEnv = {}): Promise<BenchedService> {
    const port = String(await freePort());
    const url = `http://127.0.0.1:${port}`;
    // A worker has no other port.
    const listening = env.APP_ROLE === 'worker' ? { METRICS_PORT: port } : { PORT: port };
    const start = performance.now();
    const child = spawn(process.execPath, command, {
      cwd: ROOT,
      env: { ...process.env, ...ENVIRONMENT, DATA_DIR: dataDir, PUBLIC_URL: url, ...listening, ...env },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    let words = '';
    child.stderr?.on('data', (chunk) => {
      words += chunk;
    });
    while (!(await isReady(url))) {
      if (child.exitCode !== null) throw new Error(`The service ended before it was ready; is it built?\n${words}`);
      await setTimeout(10);
    }
    return new BenchedService(child, url, performance.now() - start);
  }

  /** How many statements the process has sent to its database so far; needs `count-statements`. */
  async statements(): Promise<number> {
    this.#process.send('statements');
    const [count] = (await once(this.#process, 'message')) as [number];
    return count;
  }

  async stop(): Promise<void> {
    const exit = once(this.#process, 'exit');
    this.#process.kill('SIGTERM');
    await exit;
  }
}

async function isReady(url: string): Promise<boolean> {
  return fetch(`${url}/health/ready`).then(
    (response) => response.ok,
    () => false,
  );
}
