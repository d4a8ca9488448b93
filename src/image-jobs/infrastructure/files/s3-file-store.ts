import { createReadStream, createWriteStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadBucketCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3';
import { requestProblems } from '../../../shared/problems.ts';
import { isOwnName } from '../../../shared/uuid.ts';
import { FileStore, type StoredFiles } from '../../application/ports.ts';
import { refusalOf } from './s3-client.ts';

/** Longest that moving one file may take, in milliseconds. */
const TRANSFER_MS = 60_000;
/** Bytes that are read or written at a time: files are large, and each step costs a turn of the thread pool. */
const CHUNK_BYTES = 1024 * 1024;
/** Most keys that one request may remove. */
const REMOVED_AT_ONCE = 1000;
/** An upload is tried so often; other requests are tried again by the client. */
const UPLOADS_TRIED = 3;

/** Files in a bucket of an S3-compatible service, keys as they are. */
export class S3FileStore extends FileStore {
  /**
   * `readers` is the client that reads go through: each holds its connection for as long as somebody takes to read, and
   * nothing else shall wait for one.
   */
  constructor(
    private readonly client: S3Client,
    private readonly readers: S3Client,
    private readonly bucket: string,
    private readonly timeoutSeconds: number,
  ) {
    super();
  }

  async put(key: string, path: string): Promise<void> {
    const { size } = await stat(path);
    for (let tried = 1; ; tried += 1) {
      try {
        await this.upload(key, path, size);
        break;
      } catch (error) {
        if (tried === UPLOADS_TRIED) throw unavailable(error);
      }
    }
    await rm(path);
  }

  /** The server refuses a body that is shorter or longer than it was told. */
  private async upload(key: string, path: string, size: number): Promise<void> {
    // A stream can be read once, so each try has its own.
    const body = createReadStream(path, { highWaterMark: CHUNK_BYTES });
    try {
      const command = new PutObjectCommand({ Bucket: this.bucket, Key: key, Body: body, ContentLength: size });
      await this.client.send(command, { abortSignal: AbortSignal.timeout(TRANSFER_MS) });
    } finally {
      body.destroy();
    }
  }

  async fetch(key: string, path: string): Promise<void> {
    const command = new GetObjectCommand({ Bucket: this.bucket, Key: key });
    const signal = AbortSignal.timeout(TRANSFER_MS);
    const { Body, ContentLength } = await this.client.send(command, { abortSignal: signal }).catch(rethrow);
    const file = createWriteStream(path, { flags: 'wx', mode: 0o600, highWaterMark: CHUNK_BYTES });
    await pipeline(this.bytesOf(Body as Readable), file, { signal }).catch(rethrow);
    if (file.bytesWritten !== ContentLength) throw unavailable(new Error(`${key} has been cut off`));
  }

  async read(key: string, { start, end }: { start: number; end: number }): Promise<Readable> {
    const command = new GetObjectCommand({ Bucket: this.bucket, Key: key, Range: `bytes=${start}-${end}` });
    const { Body, ContentLength } = await this.readers.send(command).catch(rethrow);
    const asked = end - start + 1;
    const body = Body as Readable;
    const bytes = this.bytesOf(body);
    // Some servers send all of the file for a range that ends at its first byte.
    return streamOf(ContentLength === asked ? bytes : firstOf(asked, bytes), body);
  }

  async remove(key: string): Promise<void> {
    await this.client.send(new DeleteObjectCommand({ Bucket: this.bucket, Key: key })).catch(rethrow);
  }

  async removeAllOf(jobId: string, keys?: readonly string[]): Promise<void> {
    if (keys && keys.length <= REMOVED_AT_ONCE) return this.removeAll(keys);
    for await (const { Contents = [] } of this.pages(`${jobId}/`)) {
      if (Contents.length > 0) await this.removeAll(Contents.map(({ Key = '' }) => Key));
    }
  }

  private async removeAll(keys: readonly string[]): Promise<void> {
    const Delete = { Objects: keys.map((Key) => ({ Key })), Quiet: true };
    const command = new DeleteObjectsCommand({ Bucket: this.bucket, Delete });
    const { Errors: [error] = [] } = await this.client.send(command).catch(rethrow);
    if (error) throw unavailable(new Error(`${error.Key}: ${error.Code}`));
  }

  /** Keys come in order, so those of one job stand together. */
  async *stored(changedBefore: Date): AsyncIterable<StoredFiles> {
    let latest: { jobId: string; keys: string[] } | undefined;
    for await (const { Contents = [] } of this.pages()) {
      for (const { Key = '', LastModified } of Contents) {
        const [jobId = ''] = Key.split('/');
        if (!isOwnName(jobId) || (LastModified && LastModified >= changedBefore)) continue;
        if (latest?.jobId !== jobId) {
          if (latest) yield latest;
          latest = { jobId, keys: [] };
        }
        latest.keys.push(Key);
      }
    }
    if (latest) yield latest;
  }

  async check(): Promise<void> {
    await this.client.send(new HeadBucketCommand({ Bucket: this.bucket })).catch((error: unknown) => {
      throw refusalOf(error, this.bucket) ?? unavailable(error);
    });
  }

  async freeBytes(): Promise<number> {
    return Number.POSITIVE_INFINITY;
  }

  /** The bytes of a body; it ends with an error when none come for too long while the reader waits for them. */
  private async *bytesOf(body: Readable): AsyncGenerator<Buffer> {
    const watch = () =>
      setTimeout(() => body.destroy(new Error('S3 has stopped in the middle of a file')), this.timeoutSeconds * 1000);
    let timer = watch();
    try {
      for await (const chunk of body) {
        clearTimeout(timer);
        yield chunk as Buffer;
        timer = watch();
      }
    } finally {
      clearTimeout(timer);
    }
  }

  private pages(prefix?: string) {
    return paginateListObjectsV2({ client: this.client }, { Bucket: this.bucket, Prefix: prefix });
  }
}

/** A stream of the bytes of a body. Whoever destroys it, at whatever moment, gives the connection free that the body holds. */
function streamOf(bytes: AsyncGenerator<Buffer>, body: Readable): Readable {
  return new Readable({
    read() {
      bytes.next().then(
        ({ done, value }) => this.push(done ? null : value),
        (error) => this.destroy(error),
      );
    },
    destroy(error, done) {
      body.destroy();
      done(error);
    },
  });
}

/** So many of the bytes; the rest is read and dropped, so that the connection can be used again. */
async function* firstOf(bytes: number, source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let left = bytes;
  for await (const chunk of source) {
    if (left > 0) yield chunk.subarray(0, left);
    left -= chunk.length;
  }
}

function rethrow(error: unknown): never {
  throw unavailable(error);
}

/** Whatever goes wrong here is the store's fault, not the caller's. */
function unavailable(cause: unknown): Error {
  return requestProblems.unavailable.error('Expected the store of images to answer, found that it does not', {
    retryAfter: 5,
    cause,
  });
}
