import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import S3rver from 's3rver';
import { freePort } from './program.ts';

/** The key that s3rver knows. */
export const S3_KEY = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' };

/** An S3 server over HTTP on a free port of this machine. */
export class S3Server {
  private running: S3rver | undefined;

  private constructor(
    private readonly folder: string,
    readonly port: number,
  ) {}

  static async start(): Promise<S3Server> {
    const server = new S3Server(await mkdtemp(join(tmpdir(), 'imagepro-s3-')), await freePort());
    await server.resume();
    return server;
  }

  /** Starts the server again after `halt`, on the same port and files. */
  async resume(): Promise<void> {
    this.running = new S3rver({ address: '127.0.0.1', port: this.port, silent: true, directory: this.folder });
    keepFolders(this.running);
    await this.running.run();
  }

  /** Stops the server; its files stay. */
  async halt(): Promise<void> {
    await this.running?.close();
    this.running = undefined;
  }

  async stop(): Promise<void> {
    await this.halt();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** What s3rver keeps of an object. */
const OF_OBJECT = ['object', 'object.md5', 'metadata.json'];

/**
 * S3 has no folders. s3rver removes those that become empty, also while it is about to write an object into one, and then
 * ends with an error that nobody can catch.
 */
function keepFolders({ store }: S3rver): void {
  store.deleteObject = async (bucket, key) => {
    await Promise.all(OF_OBJECT.map((part) => rm(store.getResourcePath(bucket, key, part), { force: true })));
  };
}
