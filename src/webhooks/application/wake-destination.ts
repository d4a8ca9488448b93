import type { TaskQueue } from '../../shared/tasks/task-queue.ts';

/**
 * Says that something may be due there: at most once a second, each time by a message of its own, so that one which a
 * dying worker or an emptied Redis has left half-way stands in nobody's way.
 */
export function wakeDestination(queue: TaskQueue, destination: string, now: Date): Promise<void> {
  return queue.add('webhooks', { id: destination, attempt: Math.floor(now.getTime() / 1000) });
}
