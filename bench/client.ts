import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { setTimeout } from 'node:timers/promises';

/** A job, as the service tells of it. */
export interface Image {
  readonly id: string;
  readonly status: string;
  readonly detail_url: string;
  readonly download_url: string;
  readonly error: { readonly code: string } | null;
}

/** A batch, as the service tells of it. */
export interface Batch {
  readonly status: string;
  readonly total: number;
  readonly completed: number;
  readonly detail_url: string;
  readonly archive_url: string;
}

/** The bytes of an upload, to be sent any number of times. */
export interface UploadForm {
  readonly body: Buffer;
  readonly type: string;
}

/** How a client learns that its job is done: it asks every so many milliseconds, or lets the service answer then. */
export type Waiting = number | 'Prefer: wait';

/** What one job cost its client. */
export interface Served {
  /** From the upload until the client knew that the result is ready. */
  readonly readyMs: number;
  readonly polls: number;
  readonly bytes: number;
}

/** As long as the service lets a client wait. */
const WAIT = { Prefer: 'wait=30' };
const PASSWORD = 'a password of the bench, 1';

/** What sends a picture with operations, or with outputs. */
export function uploadForm(image: Buffer, wanted: readonly object[], field = 'operations'): UploadForm {
  return formOf({ [field]: wanted }, 'original_image', [image]);
}

/** What sends many pictures with operations for each. */
export function batchForm(images: readonly Buffer[], operations: readonly object[]): UploadForm {
  return formOf({ operations }, 'images', images);
}

function formOf(fields: Record<string, object>, field: string, images: readonly Buffer[]): UploadForm {
  // As long as curl's: what the parser has to do depends on it.
  const boundary = '------------------------bench0123456789abcdefg';
  const part = (headers: string) => Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; ${headers}\r\n\r\n`);
  const end = Buffer.from('\r\n');
  const texts = Object.entries(fields).flatMap(([name, value]) => [
    part(`name="${name}"`),
    Buffer.from(JSON.stringify(value)),
    end,
  ]);
  const files = images.flatMap((image) => [part(`name="${field}"; filename="bench.jpg"`), image, end]);
  const body = Buffer.concat([...texts, ...files, Buffer.from(`--${boundary}--\r\n`)]);
  return { body, type: `multipart/form-data; boundary=${boundary}` };
}

/** A client of the service that costs little CPU: it keeps its connections and copies nothing. */
export class Client {
  /** What goes with each request: the token of its account, or nothing. */
  readonly headers: Readonly<Record<string, string>>;
  readonly #url: string;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 });

  private constructor(url: string, headers: Record<string, string>) {
    this.#url = url;
    this.headers = headers;
  }

  static anonymous(url: string): Client {
    return new Client(url, {});
  }

  /** With an account of its own. */
  static async signedIn(url: string): Promise<Client> {
    const username = `bench-${randomUUID().slice(0, 8)}`;
    await answer(`${url}/accounts/register/`, { username, email: `${username}@example.org`, password: PASSWORD });
    const { access } = await answer(`${url}/accounts/login/`, { username, password: PASSWORD });
    return new Client(url, { Authorization: `Bearer ${access}` });
  }

  /** The same account with an API key of its own instead of a session. */
  async withKey(): Promise<Client> {
    const { key } = await answer(
      `${this.#url}/accounts/keys/`,
      { name: 'bench', scopes: ['images:read'] },
      this.headers,
    );
    return new Client(this.#url, { Authorization: `Bearer ${key}` });
  }

  /** Uploads a picture, waits until its result is ready, and downloads it. */
  async serve(form: UploadForm, waiting: Waiting): Promise<Served> {
    const start = performance.now();
    const { image, polls } = await this.process(form, waiting);
    const readyMs = performance.now() - start;
    return { readyMs, polls, bytes: await this.download(image) };
  }

  /** Uploads, and waits until the result is ready. */
  async process(form: UploadForm, waiting: Waiting = 'Prefer: wait'): Promise<{ image: Image; polls: number }> {
    let image = await this.submit(form, waiting === 'Prefer: wait' ? WAIT : {});
    let polls = 0;
    for (; image.status === 'pending' || image.status === 'processing'; polls += 1) {
      if (waiting !== 'Prefer: wait') await setTimeout(waiting);
      image = await this.image(image, waiting === 'Prefer: wait' ? WAIT : {});
    }
    if (image.status !== 'completed') throw new Error(`Expected a completed image, received ${JSON.stringify(image)}`);
    return { image, polls };
  }

  /** Uploads; resolves with the job as the answer shows it. */
  submit(form: UploadForm, preferences: Record<string, string> = {}): Promise<Image> {
    return this.#upload('images', form, preferences);
  }

  /** Asks for a job. */
  image(image: Image, preferences: Record<string, string> = {}): Promise<Image> {
    return this.#show(image, preferences);
  }

  /** Uploads many, and waits until all are done; resolves with the batch, and how many requests that took. */
  async processBatch(form: UploadForm): Promise<{ batch: Batch; requests: number }> {
    let batch = await this.#upload<Batch>('batches', form, WAIT);
    let requests = 1;
    for (; batch.status !== 'completed'; requests += 1) batch = await this.#show(batch, WAIT);
    if (batch.completed !== batch.total) throw new Error(`Expected all completed, received ${JSON.stringify(batch)}`);
    return { batch, requests };
  }

  /** Asks for an archive; its bytes are to be read, as fast as a client does. */
  async archive({ archive_url }: Batch): Promise<IncomingMessage> {
    const response = await this.#send('GET', archive_url, {});
    if (response.statusCode !== 200) await bytesOf(response, 200);
    return response;
  }

  /** Fetches a result to its end; resolves with how many bytes came. */
  async download({ download_url }: Image): Promise<number> {
    return (await bytesOf(await this.#send('GET', download_url, {}), 200)).length;
  }

  async #upload<T>(to: string, { body, type }: UploadForm, preferences: Record<string, string>): Promise<T> {
    const headers = { 'Content-Type': type, 'Content-Length': String(body.length), ...preferences };
    const response = await this.#send('POST', `${this.#url}/api/${to}/`, headers, body);
    return JSON.parse((await bytesOf(response, 201)).toString());
  }

  async #show<T extends { detail_url: string }>({ detail_url }: T, preferences: Record<string, string>): Promise<T> {
    return JSON.parse((await bytesOf(await this.#send('GET', detail_url, preferences), 200)).toString());
  }

  async #send(method: string, url: string, headers: Record<string, string>, body?: Buffer): Promise<IncomingMessage> {
    const sent = request(url, { method, headers: { ...this.headers, ...headers }, agent: this.#agent });
    sent.end(body);
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    return response;
  }

  close(): void {
    this.#agent.destroy();
  }
}

async function answer(url: string, body: object, headers = {}): Promise<{ access?: string; key?: string }> {
  const type = { 'Content-Type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers: { ...type, ...headers }, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`Expected an answer of ${url}, received ${await response.text()}`);
  return (await response.json()) as { access?: string; key?: string };
}

async function bytesOf(response: IncomingMessage, status: number): Promise<Buffer> {
  const chunks: Buffer[] = await response.toArray();
  const bytes = Buffer.concat(chunks);
  if (response.statusCode !== status) throw new Error(`Expected ${status}, received ${response.statusCode}: ${bytes}`);
  return bytes;
}
