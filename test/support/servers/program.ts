import { type ChildProcess, execFileSync, type SpawnOptions, spawn, spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { accessSync, constants, globSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** Debian's packages of the servers that tests need. */
const PACKAGES = 'postgresql redis-server haproxy';

/** Path of a program, a server's if no packages are named; installs Debian's when there is none and this user may. */
export function findProgram(name: string, packages = PACKAGES): string {
  return findOrInstall(() => lookUp(name), name, packages);
}

/**
 * What `find` finds, if need be after Debian's packages were installed, where that is allowed.
 * @throws an error that says what is `needed`, with the one command that helps
 */
export function findOrInstall(find: () => string | undefined, needed: string, packages: string): string {
  const found = find();
  if (found) return found;
  install(packages, needed);
  const installed = find();
  if (!installed) throw new Error(missing(needed, packages));
  return installed;
}

function install(packages: string, needed: string): void {
  try {
    execFileSync('sh', ['-c', `apt-get update -qq && apt-get install -y -qq --no-install-recommends ${packages}`], {
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      stdio: 'ignore',
    });
  } catch (cause) {
    throw new Error(missing(needed, packages), { cause });
  }
}

function missing(needed: string, packages: string): string {
  const remedy = `apt-get update && apt-get install -y --no-install-recommends ${packages}`;
  return `The tests need ${needed}, which is not here. Run: ${remedy}`;
}

function lookUp(name: string): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(':'), ...globSync('/usr/lib/postgresql/*/bin').sort().reverse()];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Path of a Python that has `requests`: the first on the path, or Debian's, which is not always the first. */
export function pythonWithRequests(): string {
  const hasRequests = (python: string) => spawnSync(python, ['-c', 'import requests']).status === 0;
  const find = () => ['python3', '/usr/bin/python3'].find(hasRequests);
  return findOrInstall(find, 'Python with requests', 'python3-requests');
}

/** Linux gives ports from 32,768 on to outgoing connections: one below that stays free between its choice and its use. */
const FIRST_PORT = 12_000;
/** What one process of the suites chooses from, one after the other: none takes what another has chosen and not yet uses. */
const SHARE = 250;
const SHARES = 80;
let share: Promise<number> | undefined;
let chosen = randomInt(SHARE);

/** A port of the loopback address that nobody listens on. */
export async function freePort(): Promise<number> {
  share ??= ownShare();
  const first = await share;
  for (;;) {
    chosen = (chosen + 1) % SHARE;
    // Others choose while this one looks at its own.
    const port = first + chosen;
    const server = await listening(port);
    if (!server) continue;
    server.close();
    await once(server, 'close');
    return port;
  }
}

/** A share whose first port this process holds for as long as it lives: others, of other runs too, take other shares. */
async function ownShare(): Promise<number> {
  for (let n = 0; n < SHARES; n += 1) {
    const first = FIRST_PORT + n * SHARE;
    const holder = await listening(first);
    if (!holder) continue;
    holder.unref();
    return first;
  }
  throw new Error(`Expected a free port among ${SHARES} from ${FIRST_PORT} on, ${SHARE} apart, found none`);
}

async function listening(port: number): Promise<Server | undefined> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
    return server;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return undefined;
    throw error;
  }
}

/** A server program that runs. */
export interface RunningProgram {
  readonly process: ChildProcess;
  /** Sends the signal and resolves when the process has ended. */
  stop(signal: NodeJS.Signals): Promise<void>;
}

/** Starts a program and resolves when it has written a line that matches `ready`; it never outlives this process. */
export async function startProgram(
  path: string,
  args: string[],
  ready: RegExp,
  options: SpawnOptions = {},
): Promise<RunningProgram> {
  const child = spawn(path, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = once(child, 'exit');
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const lines: string[] = [];
  const isReady = new Promise<void>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      if (!stream) continue;
      createInterface({ input: stream }).on('line', (line) => {
        lines.push(line);
        if (ready.test(line)) resolve();
      });
    }
    exited.then(() => reject(new Error(`${path} ended before it was ready:\n${lines.join('\n')}`)), reject);
  });
  await isReady;
  return {
    process: child,
    async stop(signal) {
      process.off('exit', kill);
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill(signal);
      await exited;
    },
  };
}
