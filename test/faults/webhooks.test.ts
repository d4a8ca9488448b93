import { afterAll, describe, expect, test } from 'vitest';
import { ApiClient } from '../support/api-client.ts';
import { BatchesApi } from '../support/batches-api.ts';
import { image, photograph } from '../support/pictures.ts';
import { Receiver, TO_THIS_MACHINE, verified } from '../support/receiver.ts';
import { PostgreSqlServer } from '../support/servers/postgresql.ts';
import { until, untilNone } from '../support/until.ts';
import { formOf } from '../support/upload.ts';
import { Deployment, PATIENT_STATEMENTS } from './support/deployment.ts';
import { bullKeys } from './support/leavings.ts';
import type { RunningProcess } from './support/running-process.ts';

const picture = new Uint8Array(await image(photograph(400, 300)).jpeg().toBuffer());
const SETTINGS = {
  ...TO_THIS_MACHINE,
  ...PATIENT_STATEMENTS,
  WEBHOOK_TIMEOUT_SECONDS: '5',
  THROTTLE_AUTHENTICATED_PER_MINUTE: '100000',
};

const closers: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A delivery's row. */
interface Kept {
  readonly id: string;
  readonly subject_id: string | null;
  readonly event: string;
  readonly body: string;
  readonly status: string;
}

/** A deployment with an API and an account whose endpoint is told when its images and batches are done. */
class Told {
  private constructor(
    readonly deployment: Deployment,
    readonly api: RunningProcess,
    readonly receiver: Receiver,
    private readonly id: string,
    private readonly secret: string,
    private readonly access: string,
  ) {}

  static async set(ports: { postgresql?: number } = {}, answer?: Parameters<typeof Receiver.listen>[0]): Promise<Told> {
    const deployment = await Deployment.create(ports, SETTINGS);
    closers.push(() => deployment.stop());
    const receiver = await Receiver.listen(answer);
    closers.push(() => receiver.close());
    const api = await deployment.start('api');
    const client = new ApiClient(api.url);
    const { access } = await client.newAccount('told');
    const wish = { url: receiver.url, events: ['image.completed', 'batch.completed'] };
    const { body } = await client.as({ access }).post<{ id: string; secret: string }>('/api/webhooks/', wish);
    return new Told(deployment, api, receiver, body.id, body.secret, access);
  }

  async upload(): Promise<string> {
    const headers = { Authorization: `Bearer ${this.access}` };
    const answer = await fetch(`${this.api.url}/api/images/`, { method: 'POST', headers, body: formOf(picture) });
    expect(answer.status).toBe(201);
    return ((await answer.json()) as { id: string }).id;
  }

  /** Uploads a batch of two pictures. */
  async uploadBatch(): Promise<{ id: string; images: string[] }> {
    const files = ['one.jpg', 'two.jpg'].map((name) => ({ name, bytes: picture }));
    const { id, images } = await new BatchesApi(this.api, { access: this.access }).submit(files);
    return { id, images: images.map(({ detail_url: url }) => url?.split('/').at(-2) ?? '') };
  }

  /** Makes a test message due. */
  async sendTest(): Promise<void> {
    const client = new ApiClient(this.api.url).as({ access: this.access });
    expect((await client.post(`/api/webhooks/${this.id}/test/`, {})).status).toBe(201);
  }

  due(): Promise<{ id: string }[]> {
    return this.deployment.query<{ id: string }>("select id from webhook_deliveries where status = 'due'");
  }

  /** Sees each image and batch told of, in the same bytes under one id, and nothing left to tell. */
  async allTold(ids: readonly (string | null)[], batches: readonly string[] = []): Promise<void> {
    await this.deployment.allCompleted(ids.filter((id) => id !== null));
    await untilNone(() => this.due());
    const kept = await this.deployment.query<Kept>(
      'select id, subject_id, event, body, status from webhook_deliveries',
    );
    expect(kept.map(({ subject_id }) => subject_id).sort()).toEqual([...ids, ...batches].sort());
    for (const { id, subject_id, event, body, status } of kept) {
      expect(status).toBe('delivered');
      const messages = this.receiver.messages.filter((message) => message.headers['webhook-id'] === id);
      expect(messages.length).toBeGreaterThan(0);
      expect(new Set(messages.map((message) => message.body))).toEqual(new Set([body]));
      for (const message of messages)
        expect(verified(this.secret, message)).toMatchObject(
          subject_id === null ? { type: 'webhook.test' } : { type: event, data: { id: subject_id } },
        );
    }
    expect(new Set(this.receiver.messages.map(({ headers }) => headers['webhook-id'])).size).toBe(kept.length);
    await this.deployment.nothingIsLeft();
  }

  /** Processes of the database's that wait for a table or row that the test holds. */
  async waiting(words: string): Promise<void> {
    await until(
      () =>
        this.deployment.query(
          `select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
           and query like '%${words}%' and pid <> pg_backend_pid()`,
        ),
      (found) => found.length > 0,
    );
  }
}

// They run side by side: each waits until its worker is known to be dead.
describe.concurrent('the worker is killed', () => {
  test('as it ends a job: what is written is told of', async () => {
    const told = await Told.set();
    const id = await told.upload();
    const release = await told.deployment.lockTable('webhook_deliveries');
    const worker = await told.deployment.start('worker');
    // Its insert into the deliveries stands too far back in the statement for PostgreSQL to show.
    await told.waiting('with changed as (update image_jobs');
    await told.deployment.end(worker, 'SIGKILL');
    await release();
    await told.deployment.start('worker');
    await told.allTold([id]);
  });

  test('as it ends the last job of a batch: the job ends anew, and the batch is told of once', async () => {
    const told = await Told.set();
    const { id, images } = await told.uploadBatch();
    // The job is final in the transaction, its batch is to be read.
    const release = await told.deployment.lockTable('batches');
    const worker = await told.deployment.start('worker');
    await told.waiting('from batches where id = ');
    await told.deployment.end(worker, 'SIGKILL');
    await release();
    await told.deployment.start('worker');
    await told.allTold(images, [id]);
  });

  test('as it claims a delivery: another one claims it', async () => {
    const told = await Told.set();
    await told.sendTest();
    const release = await told.deployment.lockTable('webhook_deliveries');
    const worker = await told.deployment.start('worker');
    await told.waiting('update webhook_deliveries set attempt');
    await told.deployment.end(worker, 'SIGKILL');
    await release();
    await told.deployment.start('worker');
    await told.allTold([null]);
  });

  test('while the receiver has the message, and has not answered: it comes again', async () => {
    const killing = Promise.withResolvers<void>();
    const told = await Told.set({}, (response, n) => {
      if (n > 1) return void response.writeHead(204).end();
      killing.resolve();
    });
    const id = await told.upload();
    const worker = await told.deployment.start('worker');
    await killing.promise;
    await told.deployment.end(worker, 'SIGKILL');
    expect(await told.due()).toHaveLength(1);
    await told.deployment.start('worker');
    await told.allTold([id]);
    expect(told.receiver.messages).toHaveLength(2);
  });

  test('between the answer and its note: it comes again, or is noted', async () => {
    let release = async () => {};
    const told: Told = await Told.set({}, async (response, n) => {
      if (n === 1) release = await told.deployment.lockTable('webhook_deliveries');
      response.writeHead(204).end();
    });
    const id = await told.upload();
    const worker = await told.deployment.start('worker');
    // A claim begins with the attempt.
    await told.waiting('update webhook_deliveries set status');
    await told.deployment.end(worker, 'SIGKILL');
    await release();
    await told.deployment.start('worker');
    await told.allTold([id]);
  });
});

test.concurrent('Redis is emptied again and again: each event is found', async () => {
  const seen = new Set<string>();
  const told = await Told.set({}, (response, _n, { headers }) => {
    const id = headers['webhook-id'] as string;
    response.writeHead(seen.has(id) ? 204 : 500).end();
    seen.add(id);
  });
  await told.deployment.start('worker');
  const ids: string[] = [];
  for (let n = 0; n < 10; n += 1) {
    ids.push(await told.upload());
    await told.deployment.redis.flushdb();
  }
  await told.deployment.allCompleted(ids);
  await untilNone(() => told.due());
  // Bull writes into messages that it no longer has, and then knows nothing of what it wrote.
  await untilNone(async () => {
    const left = await bullKeys(told.deployment.redis);
    if (left.length > 0) await told.deployment.redis.flushdb();
    return left;
  });
  await told.allTold(ids);
});

test.concurrent('PostgreSQL restarts while events are due and are sent: each arrives', async () => {
  const postgresql = await PostgreSqlServer.start();
  closers.push(() => postgresql.stop());
  const told = await Told.set({ postgresql: postgresql.port });
  await told.deployment.start('worker');
  const ids: string[] = [];
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
    for (let n = 0; n < 5; n += 1) ids.push(await told.upload());
    await told.receiver.received(ids.length - 4);
    await postgresql.halt(signal);
    await postgresql.resume();
    await until(
      async () => (await fetch(`${told.api.url}/health/ready`)).status,
      (status) => status === 200,
    );
  }
  await told.allTold(ids);
});
