import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { stat, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import os from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { makeZip } from 'client-zip';
import { transform } from './least-pixels.ts';
import { WORKS } from './works.ts';

/**
 * The least that a service of this kind can do in Node, as a second yardstick: it takes an upload to a file that is flushed
 * and known by its SHA-256, has bare sharp work on it in a process for each core, answers polls from memory, and sends the
 * result; of a batch, once all of it has come, the same of each file, and a ZIP. It has no framework, database, account,
 * limit or log, checks nothing, and forgets all when it ends. What the service takes more than this is the price of what it
 * promises; what this takes more than bare sharp is HTTP's.
 */

interface Job {
  readonly id: string;
  readonly target: string;
  status: 'pending' | 'completed';
}

const { DATA_DIR = os.tmpdir(), PORT, PUBLIC_URL } = process.env;
/** What comes while a write is under way goes to the disk in one, as in the service. */
const HELD_BYTES = 512 * 1024;
/** The end of the headers of a part. */
const BODY = Buffer.from('\r\n\r\n');

const jobs = new Map<string, Job>();
const batches = new Map<string, readonly Job[]>();

/** Begins to work on a file; `done` resolves when there is a result. */
function begin(id: string, source: string, work: string): { job: Job; done: Promise<void> } {
  const job: Job = { id, target: `${source}-result`, status: 'pending' };
  const done = transform({ work, source, target: job.target }).then(() => {
    job.status = 'completed';
  });
  return { job, done };
}

function answer(response: ServerResponse, status: number, body: object): void {
  const bytes = Buffer.from(JSON.stringify(body));
  response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': bytes.length }).end(bytes);
}

function show(response: ServerResponse, status: number, { id, status: state }: Job): void {
  const url = `${PUBLIC_URL}/api/images/${id}/`;
  answer(response, status, { id, status: state, detail_url: url, download_url: `${url}download/`, error: null });
}

/** The bench's own forms have the operations before the picture, and no more parts. */
function upload(request: IncomingMessage, response: ServerResponse): void {
  const id = randomUUID();
  const source = join(DATA_DIR, id);
  const file = createWriteStream(source, { flush: true, highWaterMark: HELD_BYTES });
  const digest = createHash('sha256');
  let work: string | undefined;
  request.on('data', (chunk: Buffer) => {
    const name = work === undefined ? chunk.indexOf('filename=') : 0;
    const bytes = work === undefined ? chunk.subarray(chunk.indexOf(BODY, name) + BODY.length) : chunk;
    work ??= workOf(chunk.toString('latin1', 0, name));
    digest.update(bytes);
    if (file.write(bytes)) return;
    request.pause();
    file.once('drain', () => request.resume());
  });
  request.on('end', () => file.end());
  file.on('close', () => {
    digest.digest('hex');
    const { job } = begin(id, source, work as string);
    jobs.set(id, job);
    show(response, 201, job);
  });
}

/**
 * Takes files as they come, and begins to work on them when all have come: before, nobody knows whether they are taken. Answers
 * when all is done, as a client asks for that sends `Prefer: wait`.
 */
async function uploadBatch(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const delimiter = Buffer.from(`\r\n--${/boundary=(.*)/.exec(request.headers['content-type'] ?? '')?.[1]}`);
  const files: Promise<string>[] = [];
  let work: string | undefined;
  let held = Buffer.alloc(0);
  for await (const chunk of request) {
    let searched = Math.max(0, held.length - delimiter.length);
    held = Buffer.concat([held, chunk as Buffer]);
    for (let end = 0; end !== -1; ) {
      const name = held.indexOf('filename=');
      const start = held.indexOf(BODY, name) + BODY.length;
      end = name === -1 ? -1 : held.indexOf(delimiter, Math.max(start, searched));
      if (end === -1) continue;
      work ??= workOf(held.toString('latin1', 0, name));
      files.push(stored(held.subarray(start, end)));
      held = held.subarray(end);
      searched = 0;
    }
  }
  const begun = (await Promise.all(files)).map((source) => begin(randomUUID(), source, work as string));
  await Promise.all(begun.map(({ done }) => done));
  const id = randomUUID();
  batches.set(
    id,
    begun.map(({ job }) => job),
  );
  const url = `${PUBLIC_URL}/api/batches/${id}/`;
  const total = begun.length;
  answer(response, 201, {
    status: 'completed',
    total,
    completed: total,
    detail_url: url,
    archive_url: `${url}archive/`,
  });
}

/** Writes an image to a file, and gives its path. */
async function stored(bytes: Buffer): Promise<string> {
  const path = join(DATA_DIR, randomUUID());
  createHash('sha256').update(bytes).digest('hex');
  await writeFile(path, bytes, { flush: true });
  return path;
}

/** The work whose operations a form asks for. */
function workOf(form: string): string | undefined {
  return WORKS.find(({ operations }) => form.includes(JSON.stringify(operations)))?.name;
}

async function download(response: ServerResponse, { target }: Job): Promise<void> {
  const { size } = await stat(target);
  response.writeHead(200, { 'Content-Length': size });
  createReadStream(target).pipe(response);
}

function archive(response: ServerResponse, done: readonly Job[]): void {
  const entries = done.map(({ id, target }) => ({ name: id, input: createReadStream(target) }));
  Readable.fromWeb(makeZip(entries) as ReadableStream).pipe(response);
}

createServer((request, response) => {
  const { method, url = '' } = request;
  if (method === 'POST' && url === '/api/images/') return upload(request, response);
  if (method === 'POST' && url === '/api/batches/') return void uploadBatch(request, response);
  request.resume();
  const [, id = '', file] = /^\/api\/(?:images|batches)\/([^/]+)\/(download|archive)?/.exec(url) ?? [];
  const job = jobs.get(id);
  if (file === 'archive') return archive(response, batches.get(id) as readonly Job[]);
  // Whether it is ready, and what accounts are asked for.
  if (!job) return answer(response, 200, { access: 'none' });
  if (file === 'download') return void download(response, job);
  show(response, 200, job);
}).listen(Number(PORT), '127.0.0.1');
