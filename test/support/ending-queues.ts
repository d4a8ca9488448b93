import { vi } from 'vitest';
import { TASK_KINDS, TaskQueue } from '../../src/shared/tasks/task-queue.ts';
import type { Service } from './service.ts';

/** Lets none of the service's queues end before each has begun to; resolves when they have. */
export function allQueuesBeginToEnd({ app }: Service): Promise<void> {
  const queue = app.get(TaskQueue, { strict: false });
  const drain = queue.drain.bind(queue);
  const begun = new Set<string>();
  const allBegun = Promise.withResolvers<void>();
  vi.spyOn(queue, 'drain').mockImplementation(async (kind) => {
    if (begun.add(kind).size === TASK_KINDS.length) allBegun.resolve();
    await allBegun.promise;
    await drain(kind);
  });
  return allBegun.promise;
}
