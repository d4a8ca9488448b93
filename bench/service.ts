import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, get, type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import packageFile from '../package.json' with { type: 'json' };
import { freePort } from '../test/support/servers/program.ts';

const ROOT = join(import.meta.dirname, '..');
/** What `npm start` gives to Node. */
const START = packageFile.scripts.start.split(' ').slice(1);

/** Limits out of the way: this measures work, not policies. */
const ENVIRONMENT = {
  LOG_LEVEL: 'warn',
  THROTTLE_ANONYMOUS_PER_MINUTE: '1000000',
  ANONYMOUS_FILE_BYTES: '10485760',
  ANONYMOUS_OPERATIONS: '10',
  ANONYMOUS_QUALITY_MAX: '95',
  ANONYMOUS_ACTIVE_JOBS: '1000',
  ANONYMOUS_KEPT_BYTES: '1000000000000',
};

/** A finished job, as the service tells of it. */
export interface ReadyImage {
  readonly id: string;
  readonly status: string;
  readonly detail_url: string;
  readonly download_url: string;
  readonly error: { readonly code: string } | null;
}

/** The bytes of an upload, to be sent any number of times. */
export interface UploadForm {
  readonly body: Buffer;
  readonly type: string;
}

/** The compiled service, started as an operator would, and a client that costs little CPU. */
export class BenchedService {
  readonly pid: number;
  #process: ChildProcess;
  #url: string;
  #agent = new Agent({ keepAlive: true, maxSockets: 64 });

  private constructor(child: ChildProcess, url: string) {
    this.#process = child;
    this.pid = child.pid as number;
    this.#url = url;
  }

  /** Starts the compiled service with its data in a folder, and further settings; resolves when it is ready. */
  static async start(dataDir: string, env: NodeJS.ProcessEnv = {}): Promise<BenchedService> {
    const port = String(await freePort());
    const url = `http://127.0.0.1:${port}`;
    // A worker has no other port.
    const listening = env.APP_ROLE === 'worker' ? { METRICS_PORT: port } : { PORT: port };
    const child = spawn(process.execPath, START, {
      cwd: ROOT,
      env: { ...process.env, ...ENVIRONMENT, DATA_DIR: dataDir, PUBLIC_URL: url, ...listening, ...env },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const service = new BenchedService(child, url);
    while (!(await service.#isReady())) {
      if (child.exitCode !== null) throw new Error('The service ended before it was ready; is it built?');
      await setTimeout(50);
    }
    return service;
  }

  /** What sends a picture with operations. */
  static form(image: Buffer, operations: readonly object[]): UploadForm {
    // As long as curl's: what the parser has to do depends on it.
    const boundary = '------------------------bench0123456789abcdefg';
    const part = (headers: string) => `--${boundary}\r\nContent-Disposition: form-data; ${headers}\r\n\r\n`;
    const body = Buffer.concat([
      Buffer.from(`${part('name="operations"')}${JSON.stringify(operations)}\r\n`),
      Buffer.from(part('name="original_image"; filename="bench.jpg"')),
      image,
      Buffer.from(`\r\n--${boundary}--\r\n`),
    ]);
    return { body, type: `multipart/form-data; boundary=${boundary}` };
  }

  /** Where it listens. */
  get url(): string {
    return this.#url;
  }

  /** Uploads, and waits until the result is ready. */
  async process(form: UploadForm): Promise<ReadyImage> {
    const image = await this.submit(form, { Prefer: 'wait=30' });
    if (image.status !== 'completed') throw new Error(`Expected a completed image, received ${image.status}`);
    return image;
  }

  /** Uploads; resolves with the job as the answer shows it. */
  async submit({ body, type }: UploadForm, preferences: Record<string, string> = {}): Promise<ReadyImage> {
    const headers = { 'Content-Type': type, 'Content-Length': body.length, ...preferences };
    const sent = request(`${this.#url}/api/images/`, { method: 'POST', headers, agent: this.#agent });
    sent.end(body);
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    const text = Buffer.concat(await response.toArray()).toString();
    if (response.statusCode !== 201) throw new Error(`Expected a job, received ${text}`);
    return JSON.parse(text) as ReadyImage;
  }

  /** Fetches a URL to its end; resolves with the bytes that came. */
  async fetch(url: string): Promise<number> {
    const [response] = (await once(get(url, { agent: this.#agent }), 'response')) as [IncomingMessage];
    let bytes = 0;
    for await (const chunk of response) bytes += (chunk as Buffer).length;
    if (response.statusCode !== 200) throw new Error(`Expected 200 of ${url}, received ${response.statusCode}`);
    return bytes;
  }

  async stop(): Promise<void> {
    this.#agent.destroy();
    const exit = once(this.#process, 'exit');
    this.#process.kill('SIGTERM');
    await exit;
  }

  async #isReady(): Promise<boolean> {
    return this.fetch(`${this.#url}/health/ready`).then(
      () => true,
      () => false,
    );
  }
}
