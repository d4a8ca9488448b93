import type { TaskQueue } from '../../shared/tasks/task-queue.ts';
import { type Lane, laneIdOf } from '../domain/lane.ts';

/**
 * Says that something may be due in a lane: at most once a second, each time by a message of its own, so that one which a
 * dying worker or an emptied Redis has left half-way stands in nobody's way.
 */
export function wakeLane(queue: TaskQueue, lane: Lane, now: Date): Promise<void> {
  return queue.add('webhooks', { id: laneIdOf(lane), attempt: Math.floor(now.getTime() / 1000) });
}
