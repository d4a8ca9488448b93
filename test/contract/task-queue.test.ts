import { randomUUID } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import Bull, { type Queue } from 'bull';
import { afterEach, describe, expect, test } from 'vitest';
import { RedisConnections } from '../../src/shared/redis/redis-connections.ts';
import { BullTaskQueue, queueOptions, type TaskMessage } from '../../src/shared/tasks/bull-task-queue.ts';
import { InProcessTaskQueue } from '../../src/shared/tasks/in-process-task-queue.ts';
import type { TaskHandler, TaskQueue } from '../../src/shared/tasks/task-queue.ts';
import { freshRedis } from '../support/servers/fresh.ts';

const ADAPTERS = ['in process', 'on Redis'] as const;

/** A process's queue on Redis, and what its processor does. */
async function openOnRedis(url: string, closers: (() => Promise<void>)[]) {
  const redis = new RedisConnections(url);
  await redis.start();
  const [bull, webhooks] = ['images', 'webhooks'].map((kind) => new Bull<TaskMessage>(kind, queueOptions(redis))) as [
    Queue<TaskMessage>,
    Queue<TaskMessage>,
  ];
  const tasks = new BullTaskQueue({ images: bull, webhooks });
  closers.push(
    async () => redis.close(),
    () => tasks.close(),
  );
  const process = (atOnce: number) => void bull.process(atOnce, (message) => tasks.handle('images', message));
  return { tasks, process };
}

describe.each(ADAPTERS)('TaskQueue %s', (adapter) => {
  const closers: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });

  /** A queue, and what begins to consume it, so many tasks at once. */
  async function queue(atOnce = 2): Promise<{ tasks: TaskQueue; consume(handler: TaskHandler): void }> {
    const { tasks, begin } = adapter === 'in process' ? queueInProcess() : await queueOnRedis(atOnce);
    closers.push(() => tasks.drain('images'));
    let hasBegun = false;
    const consume = (handler: TaskHandler) => {
      tasks.consume('images', atOnce, handler);
      if (!hasBegun) begin();
      hasBegun = true;
    };
    return { tasks, consume };
  }

  function queueInProcess() {
    return { tasks: new InProcessTaskQueue(), begin: () => undefined };
  }

  async function queueOnRedis(atOnce: number) {
    const { tasks, process } = await openOnRedis(await freshRedis(), closers);
    return { tasks, begin: () => process(atOnce) };
  }

  test('hands each task to the handler', async () => {
    const { tasks, consume } = await queue();
    const ids = Array.from({ length: 20 }, () => randomUUID());
    for (const id of ids) await tasks.add('images', { id, attempt: 0 });
    expect(await tasks.depth('images')).toBe(20);
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
    await tasks.add('images', { id: twice, attempt: 0 });
    await tasks.add('images', { id: twice, attempt: 0 });
    await tasks.add('images', { id: last, attempt: 0 });
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

  test('those of a lower rank are handed out first, and those of one rank in their order', async () => {
    // One at a time: of two that are handed out at once, either may arrive first.
    const { tasks, consume } = await queue(1);
    const batch = Array.from({ length: 8 }, () => ({ id: randomUUID(), attempt: 0, queueRank: 1 }));
    const singles = Array.from({ length: 4 }, () => ({ id: randomUUID(), attempt: 0, queueRank: 0 }));
    const [first, ...later] = singles as [(typeof singles)[0], ...typeof singles];
    for (const task of [first, ...batch, ...later]) await tasks.add('images', task);
    const handled: string[] = [];
    await new Promise<void>((resolve) => {
      consume(async (id) => {
        handled.push(id);
        if (handled.length === 12) resolve();
      });
    });
    expect(handled).toEqual([...singles, ...batch].map(({ id }) => id));
  });

  test('a task can be added again while it runs, as its next attempt', async () => {
    const { tasks, consume } = await queue();
    const id = randomUUID();
    await tasks.add('images', { id, attempt: 0 });
    let runs = 0;
    const second = new Promise<void>((resolve) => {
      consume(async () => {
        runs += 1;
        if (runs === 1) await tasks.add('images', { id, attempt: 1 });
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
      await tasks.add('images', { id: task, attempt: 0 });
      await done;
    }
    expect(handled).toEqual([id, between, id]);
  });

  test('runs as many at a time as it may', async () => {
    const { tasks, consume } = await queue();
    for (let n = 0; n < 6; n += 1) await tasks.add('images', { id: randomUUID(), attempt: 0 });
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

  test('a delayed task does not wait in the queue, and is handed out when its time has come', async () => {
    const { tasks, consume } = await queue();
    const [later, now] = [randomUUID(), randomUUID()];
    await tasks.add('images', { id: later, attempt: 0 }, { delaySeconds: 2 });
    await tasks.add('images', { id: later, attempt: 0 }, { delaySeconds: 2 });
    await tasks.add('images', { id: now, attempt: 0 });
    expect(await tasks.depth('images')).toBe(1);
    const handled: string[] = [];
    await new Promise<void>((resolve) => {
      consume(async (id) => {
        handled.push(id);
        if (id === later) resolve();
      });
    });
    expect(handled).toEqual([now, later]);
  });

  test('what runs may end when it is drained, nothing else begins until it is consumed again', async () => {
    const { tasks, consume } = await queue();
    const running = Array.from({ length: 2 }, () => randomUUID());
    for (const id of running) await tasks.add('images', { id, attempt: 0 });
    const handled: string[] = [];
    const ends: (() => void)[] = [];
    await new Promise<void>((resolve) => {
      consume((id) => {
        handled.push(id);
        if (handled.length === 2) resolve();
        return new Promise((end) => ends.push(end));
      });
    });
    const drained = tasks.drain('images');
    for (const end of ends) end();
    await drained;
    const next = randomUUID();
    await tasks.add('images', { id: next, attempt: 0 });
    expect(handled.sort()).toEqual(running.sort());
    const goesOn = await new Promise<string>((resolve) => {
      consume(async (id) => resolve(id));
    });
    expect(goesOn).toBe(next);
  });

  test('a task that fails takes no other one with it', async () => {
    const { tasks, consume } = await queue();
    const [failing, next] = [randomUUID(), randomUUID()];
    for (const id of [failing, next]) await tasks.add('images', { id, attempt: 0 });
    await new Promise<void>((resolve) => {
      consume(async (id) => {
        if (id === failing) throw new Error('The database is away');
        resolve();
      });
    });
  });
});

describe('TaskQueue on Redis', () => {
  const closers: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });

  test('a process that still starts takes nothing from those that consume', async () => {
    const url = await freshRedis();
    const [starting, working] = [await openOnRedis(url, closers), await openOnRedis(url, closers)];
    starting.tasks.hold('images');
    starting.process(2);
    const ids = Array.from({ length: 6 }, () => randomUUID());
    const handled: string[] = [];
    const all = new Promise<void>((resolve) => {
      working.tasks.consume('images', 2, async (id) => {
        handled.push(id);
        if (handled.length === ids.length) resolve();
      });
    });
    for (const id of ids) await working.tasks.add('images', { id, attempt: 0 });
    working.process(2);
    await all;
    expect(handled.sort()).toEqual(ids.sort());
  });
});
