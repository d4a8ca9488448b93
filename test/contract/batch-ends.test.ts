import { randomUUID } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/core';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Caller } from '../../src/accounts/domain/caller.ts';
import { Batch, type BatchState } from '../../src/image-jobs/domain/batch.ts';
import type { ImageJob } from '../../src/image-jobs/domain/image-job.ts';
import { JobEndings } from '../../src/image-jobs/infrastructure/sql/job-endings.ts';
import { MikroOrmBatchRepository } from '../../src/image-jobs/infrastructure/sql/mikro-orm-batch.repository.ts';
import { MikroOrmImageJobRepository } from '../../src/image-jobs/infrastructure/sql/mikro-orm-image-job.repository.ts';
import { MikroOrmImageWorkRepository } from '../../src/image-jobs/infrastructure/sql/mikro-orm-image-work.repository.ts';
import type { Task, TaskQueue } from '../../src/shared/tasks/task-queue.ts';
import { laneIdOf } from '../../src/webhooks/domain/lane.ts';
import { DueEvents } from '../../src/webhooks/infrastructure/sql/due-events.ts';
import { MikroOrmDeliveryRepository } from '../../src/webhooks/infrastructure/sql/mikro-orm-delivery.repository.ts';
import { MikroOrmEndpointRepository } from '../../src/webhooks/infrastructure/sql/mikro-orm-endpoint.repository.ts';
import { DATABASES, inTurn, useDatabase } from './databases.ts';
import { accountCaller, completion, failedOutput, job, NO_LIMITS, NOW } from './jobs.ts';
import { endpoint } from './webhooks.ts';

const REFUSED = { position: 9, name: 'dance.gif', error: { code: 'unsupported_format', detail: 'It is a GIF.' } };
const ERROR = { code: 'image_corrupt', detail: 'It cannot be decoded.' };

/** What one process does with jobs. */
interface Process {
  readonly jobs: MikroOrmImageJobRepository;
  readonly work: MikroOrmImageWorkRepository;
}

/** What a receiver is told of a batch here: how many jobs it shows in which state. */
interface ToldBatch {
  readonly id: string;
  readonly statuses: Record<string, number>;
  readonly baseUrl: string | null;
}

describe.each(DATABASES)('The end of a batch on %s', (kind) => {
  const database = useDatabase(kind);
  const woken: string[] = [];
  let manager: EntityManager;
  let processes: Process[];
  let batches: MikroOrmBatchRepository;
  let deliveries: MikroOrmDeliveryRepository;
  let unwritable = false;
  beforeAll(() => {
    manager = inTurn(database.managers, 0);
    processes = database.managers.map((em) => {
      const endings = endingsOf(em);
      return {
        jobs: new MikroOrmImageJobRepository(em, endings),
        work: new MikroOrmImageWorkRepository(em, endings),
      };
    });
    batches = new MikroOrmBatchRepository(manager);
    deliveries = new MikroOrmDeliveryRepository(manager);
  });

  function endingsOf(em: EntityManager): JobEndings {
    const endings = new JobEndings();
    const images = { final: ({ id }: ImageJob) => ({ id }) };
    const shown = {
      final: ({ batch, jobs }: BatchState, baseUrl: string | null): ToldBatch => {
        const statuses = Object.groupBy([...jobs, ...batch.refused], (one) =>
          'status' in one ? one.status : 'refused',
        );
        const counts = Object.entries(statuses).map(([status, of]) => [status, of?.length]);
        return { id: batch.id, statuses: Object.fromEntries(counts), baseUrl };
      },
    };
    const queue = { add: async (_kind: string, { id }: Task) => void woken.push(id) };
    const due = new DueEvents(em, images, shown, queue as TaskQueue, {
      now: () => NOW,
      elapsed: () => 0,
    });
    endings.follow(due.ofJobs);
    endings.followBatches(due.ofBatches);
    endings.followBatches({
      statement: () => (unwritable ? { sql: 'insert into batches (id) select null from changed', values: [] } : null),
    });
    return endings;
  }

  /** A batch of an account that wants to be told of it, with a refused file, and where it is told. */
  async function told(count: number) {
    const caller = await accountCaller(manager);
    const hook = { ...endpoint(caller.accountId), events: ['batch.completed' as const] };
    await new MikroOrmEndpointRepository(manager).add(hook as never, 10, caller);
    const id = randomUUID();
    const sent = jobsOf(caller, id, count);
    await batches.add(sent, NO_LIMITS, () => Batch.take(id, caller.accountId, NOW, [REFUSED]));
    return { id, ids: sent.map((one) => one.id), hook, caller };
  }

  function jobsOf(caller: Caller, id: string, count: number): ImageJob[] {
    const ids = Array.from({ length: count }, () => randomUUID()).sort();
    return ids.map((jobId, position) => job(caller, NOW, { id: jobId, batch: { id, position } }));
  }

  const { jobs, work } = { jobs: (n = 0) => inTurn(processes, n).jobs, work: (n = 0) => inTurn(processes, n).work };
  const claimed = async (id = '') => (await work().claim(id, NOW)) as ImageJob;
  const complete = async (id?: string) => work().complete(await claimed(id), completion());
  const fail = async (id?: string) => work().fail(await claimed(id), [failedOutput(ERROR)], NOW);
  async function messagesTo({ id }: { id: string }): Promise<ToldBatch[]> {
    const found = await deliveries.listOf(id, { limit: 100 });
    expect(found.every(({ event, subjectId }) => event === 'batch.completed' && subjectId !== null)).toBe(true);
    return found.map(({ body }) => JSON.parse(body).data);
  }

  test('is told of once, when its last job has ended, with what became of each file', async () => {
    const { id, ids, hook } = await told(3);
    await complete(ids[0]);
    await fail(ids[2]);
    expect([await messagesTo(hook), woken.includes(laneIdOf(hook))]).toEqual([[], false]);
    await complete(ids[1]);
    expect(await messagesTo(hook)).toEqual([{ id, statuses: { completed: 2, failed: 1, refused: 1 }, baseUrl: null }]);
    expect(woken.filter((id) => id === laneIdOf(hook))).toHaveLength(1);
    const [delivery] = await deliveries.listOf(hook.id, { limit: 1 });
    expect(delivery).toMatchObject({ subjectId: id, status: 'due', endpointId: hook.id });
    expect(JSON.parse(delivery?.body ?? '')).toMatchObject({
      type: 'batch.completed',
      timestamp: NOW.toISOString(),
    });
  });

  test('is told of once when its last jobs end at the same moment, in two processes', async () => {
    for (let round = 0; round < 10; round += 1) {
      const { id, ids, hook } = await told(6);
      const held = await Promise.all(ids.map(claimed));
      const ends = held.map((one, n) => {
        if (n === 4) return jobs(n).remove(one.id).then(Boolean);
        return n % 2 === 0 ? work(n).complete(one, completion()) : work(n).fail(one, [failedOutput(ERROR)], NOW);
      });
      expect(await Promise.all(ends)).toEqual(ids.map(() => true));
      const statuses = { completed: 2, failed: 3, refused: 1 };
      expect(await messagesTo(hook)).toEqual([{ id, statuses, baseUrl: null }]);
    }
  });

  test('comes when the last job that waits, or runs, is deleted', async () => {
    for (const isRunning of [false, true]) {
      const { id, ids, hook } = await told(2);
      await complete(ids[0]);
      if (isRunning) await claimed(ids[1]);
      expect(await jobs().remove(ids[1] ?? '')).toMatchObject({ id: ids[1] });
      expect(await messagesTo(hook)).toEqual([{ id, statuses: { completed: 1, refused: 1 }, baseUrl: null }]);
    }
  });

  test('is not told of again when its jobs expire or are deleted, or end too late', async () => {
    const { ids, hook } = await told(2);
    const late = await claimed(ids[1]);
    await complete(ids[0]);
    await work().complete(late, completion());
    expect(await work().complete(late, completion())).toBe(false);
    const [first] = (await work().findAll([ids[0] ?? ''])) as [ImageJob];
    expect(await work().markExpired(first)).toBe(true);
    for (const id of ids) expect(await jobs().remove(id)).toMatchObject({ id });
    expect(await jobs().remove(ids[0] ?? '')).toBeNull();
    expect(await messagesTo(hook)).toHaveLength(1);
  });

  test('does not come for a batch that is deleted, or of which nothing is left', async () => {
    const [whole, last] = [await told(2), await told(1)];
    await complete(whole.ids[0]);
    const held = await claimed(whole.ids[1]);
    await batches.remove(whole.id);
    expect(await work().complete(held, completion())).toBe(false);
    await jobs().remove(last.ids[0] ?? '');
    expect([await messagesTo(whole.hook), await messagesTo(last.hook)]).toEqual([[], []]);
  });

  test('waits for a job that is to be tried again', async () => {
    const { ids, hook } = await told(1);
    const held = await claimed(ids[0]);
    await work().release(held.id, held.attempt, NOW, 0);
    expect(await messagesTo(hook)).toEqual([]);
    await complete(ids[0]);
    expect(await messagesTo(hook)).toHaveLength(1);
  });

  test('and what follows it are written together: what cannot be written leaves the job as it was', async () => {
    const { ids, hook } = await told(1);
    const held = await claimed(ids[0]);
    unwritable = true;
    await expect(work().complete(held, completion())).rejects.toThrow();
    expect([await messagesTo(hook), await jobs().find(held.id)]).toEqual([[], held]);
    unwritable = false;
    expect(await work().complete(held, completion())).toBe(true);
    expect([await messagesTo(hook), woken.includes(laneIdOf(hook))]).toMatchObject([[{}], true]);
  });
});
