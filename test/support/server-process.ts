import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

/** The project whose build is started. */
const ROOT = join(import.meta.dirname, '../..');

/** How a process ended, and what it had written to stderr. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stderr: string;
}

/** The compiled service as a process of its own, as `npm start` runs it. */
export class ServerProcess {
  /** Resolves when the process is gone. */
  readonly ended: Promise<Ended>;
  url = '';
  private readonly process: ChildProcess;
  private stderr = '';

  /** `env` are settings by their variables. */
  constructor(env: NodeJS.ProcessEnv, root = ROOT) {
    this.process = spawn(process.execPath, [join(root, 'dist/main.js')], {
      env: {
        PATH: process.env.PATH,
        NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
        LOG_LEVEL: 'silent',
        ...env,
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.ended = new Promise((resolve) => {
      this.process.once('close', (code, signal) => resolve({ code, signal, stderr: this.stderr }));
    });
  }

  get pid(): number {
    return this.process.pid as number;
  }

  /** Resolves when it says where it listens; rejects when it ends before. */
  async ready(): Promise<this> {
    const announced = new Promise<string>((resolve) => {
      this.process.stderr?.setEncoding('utf8').on('data', (text) => {
        this.stderr += text;
        const address = /address\s+(http:\S+)\//.exec(this.stderr)?.[1];
        if (address) resolve(address);
      });
    });
    const gone = this.ended.then(({ stderr }) => Promise.reject(new Error(`It ended: ${stderr}`)));
    this.url = await Promise.race([announced, gone]);
    gone.catch(() => {});
    return this;
  }

  /** Resolves when it has ended by itself. */
  async refused(): Promise<Ended> {
    this.process.stderr?.setEncoding('utf8').on('data', (text) => {
      this.stderr += text;
    });
    return this.ended;
  }

  /** Sends a signal, and resolves when the process is gone. */
  end(signal: NodeJS.Signals): Promise<Ended> {
    this.process.kill(signal);
    return this.ended;
  }
}
