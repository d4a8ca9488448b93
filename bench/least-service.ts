import { type ChildProcess, fork } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import os from 'node:os';
import { join } from 'node:path';
import type { LeastOrder } from './least-sharp-transformer.child.ts';
import { WORKS } from './works.ts';

/**
 * The least that a service of this kind can do in Node, as a second yardstick: it takes an upload to a file that is flushed
 * and known by its SHA-256, has bare sharp work on it in a process for each core, answers polls from memory, and sends the
 * result. It has no framework, database, account, limit or log, checks nothing, and forgets all when it ends. What the
 * service takes more than this is the price of what it promises; what this takes more than bare sharp is HTTP's.
 */

interface Job extends LeastOrder {
  readonly id: string;
  status: 'pending' | 'completed';
}

const { DATA_DIR = os.tmpdir(), PORT, PUBLIC_URL } = process.env;
/** The end of the headers of a part. */
const BODY = Buffer.from('\r\n\r\n');

const jobs = new Map<string, Job>();
const waiting: Job[] = [];
const idle: ChildProcess[] = Array.from({ length: os.availableParallelism() }, () =>
  fork(join(import.meta.dirname, 'least-sharp-transformer.child.ts')),
);

function workOn(child: ChildProcess, job: Job): void {
  child.once('message', () => {
    job.status = 'completed';
    const next = waiting.shift();
    if (next) workOn(child, next);
    else idle.push(child);
  });
  const { work, source, target } = job;
  child.send({ work, source, target } satisfies LeastOrder);
}

function answer(response: ServerResponse, status: number, body: object): void {
  const bytes = Buffer.from(JSON.stringify(body));
  response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': bytes.length }).end(bytes);
}

function show(response: ServerResponse, status: number, job: Job): void {
  const url = `${PUBLIC_URL}/api/images/${job.id}/`;
  answer(response, status, {
    id: job.id,
    status: job.status,
    detail_url: url,
    download_url: `${url}download/`,
    error: null,
  });
}

/** The bench's own forms have the operations before the picture, and no more parts. */
function upload(request: IncomingMessage, response: ServerResponse): void {
  const id = randomUUID();
  const source = join(DATA_DIR, id);
  const file = createWriteStream(source, { flush: true });
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
    const job: Job = { id, work: work as string, source, target: `${source}-result`, status: 'pending' };
    jobs.set(id, job);
    const child = idle.pop();
    if (child) workOn(child, job);
    else waiting.push(job);
    show(response, 201, job);
  });
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

createServer((request, response) => {
  const { method, url = '' } = request;
  if (method === 'POST' && url === '/api/images/') return upload(request, response);
  request.resume();
  const [, id = '', isDownload] = /^\/api\/images\/([^/]+)\/(download)?/.exec(url) ?? [];
  const job = jobs.get(id);
  if (!job) return answer(response, 200, { access: 'none' });
  if (isDownload) return void download(response, job);
  show(response, 200, job);
}).listen(Number(PORT), '127.0.0.1');
