import { randomUUID } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import Bull from 'bull';
import { afterEach, describe, expect, test } from 'vitest';
import { InProcessTaskQueue } from '../../src/shared/in-process-task-queue.ts';
import { BullTaskQueue, IMAGES_QUEUE, queueOptions, type TaskMessage } from '../../src/shared/redis/bull-task-queue.ts';
import { RedisConnections } from '../../src/shared/redis/redis-connections.ts';
import type { TaskQueue } from '../../src/shared/task-queue.ts';
import { freshRedis } from '../support/servers/fresh.ts';

const ADAPTERS = ['in process', 'on Redis'] as const;
type Handler = (id: string) => Promise<void>;

describe.each(ADAPTERS)('TaskQueue %s', (adapter) => {
  const closers: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });

  /** A queue, and what begins to consume it, two tasks at a time. */
  async function queue(): Promise<{ tasks: TaskQueue; consume(handler: Handler): void }> {
    if (adapter === 'in process') {
      const tasks = new InProcessTaskQueue(2);
      closers.push(() => tasks.drain());
      return { tasks, consume: (handler) => tasks.consume(handler) };
    }
    const redis = new RedisConnections(await freshRedis());
    await redis.start();
    const bull = new Bull<TaskMessage>(IMAGES_QUEUE, queueOptions(redis));
    const tasks = new BullTaskQueue(bull);
    closers.push(
      async () => redis.close(),
      () => tasks.close(),
    );
    return { tasks, consume: (handler) => void bull.process(2, ({ data }) => handler(data.id)) };
  }

  test('hands each task to the handler', async () => {
    const { tasks, consume } = await queue();
    const ids = Array.from({ length: 20 }, () => randomUUID());
    for (const id of ids) await tasks.add({ id, attempt: 0 });
    expect(await tasks.depth()).toBe(20);
    const handled: string[] = [];
    const all = new Promise<void>((resolve) => {
      consume(async (id) => {
        handled.push(id);
        if (handled.length === ids.length) resolve();
      });
    });
    await all;
    expect(handled.sort()).toEqual(ids.sort());
  });

  test('a task that waits already is not handed out twice', async () => {
    const { tasks, consume } = await queue();
    const [twice, last] = [randomUUID(), randomUUID()];
    await tasks.add({ id: twice, attempt: 0 });
    await tasks.add({ id: twice, attempt: 0 });
    await tasks.add({ id: last, attempt: 0 });
    const handled: string[] = [];
    const progress = new EventEmitter();
    const end = once(progress, last);
    consume(async (id) => {
      handled.push(id);
      progress.emit(id);
    });
    await end;
    expect(handled).toEqual([twice, last]);
  });

  test('a task can be added again while it runs, as its next attempt', async () => {
    const { tasks, consume } = await queue();
    const id = randomUUID();
    await tasks.add({ id, attempt: 0 });
    let runs = 0;
    const second = new Promise<void>((resolve) => {
      consume(async () => {
        runs += 1;
        if (runs === 1) await tasks.add({ id, attempt: 1 });
        else resolve();
      });
    });
    await second;
    expect(runs).toBe(2);
  });

  test('a task that is done can be added again', async () => {
    const { tasks, consume } = await queue();
    const [id, between] = [randomUUID(), randomUUID()];
    const handled: string[] = [];
    const progress = new EventEmitter();
    consume(async (task) => {
      handled.push(task);
      progress.emit('handled');
    });
    for (const task of [id, between, id]) {
      const done = once(progress, 'handled');
      await tasks.add({ id: task, attempt: 0 });
      await done;
    }
    expect(handled).toEqual([id, between, id]);
  });

  test('runs as many at a time as it may', async () => {
    const { tasks, consume } = await queue();
    for (let n = 0; n < 6; n += 1) await tasks.add({ id: randomUUID(), attempt: 0 });
    let [running, most, done] = [0, 0, 0];
    const all = new Promise<void>((resolve) => {
      const waiting: (() => void)[] = [];
      consume(async () => {
        running += 1;
        most = Math.max(most, running);
        // Each pair ends together, so a third one would be seen.
        await new Promise<void>((proceed) => {
          waiting.push(proceed);
          if (waiting.length === 2) for (const go of waiting.splice(0)) go();
        });
        running -= 1;
        done += 1;
        if (done === 6) resolve();
      });
    });
    await all;
    expect(most).toBe(2);
  });
});
