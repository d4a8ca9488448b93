import type { JobCensus } from '../image-jobs/application/ports.ts';
import type { Clock } from '../shared/clock.ts';
import type { TaskQueue } from '../shared/tasks/task-queue.ts';
import type { Metrics } from '../telemetry/metrics.ts';

/** Measures the jobs of the whole service, which every process sees alike. */
export function measureJobs(metrics: Metrics, census: JobCensus, queue: TaskQueue, clock: Clock): void {
  metrics.gauge('imagepro_jobs', 'Jobs by their status', ['status'], async (gauge) => {
    for (const [status, count] of Object.entries(await census.byStatus())) gauge.set({ status }, count);
  });
  metrics.gauge('imagepro_oldest_waiting_seconds', 'Age of the job that waits longest', [], async (gauge) => {
    const oldest = await census.oldestWaiting();
    gauge.set(oldest === null ? 0 : Math.max(0, clock.now().getTime() - oldest.getTime()) / 1000);
  });
  metrics.gauge('imagepro_queue_messages', 'Messages that wait in the queue', [], async (gauge) => {
    gauge.set(await queue.depth('images'));
  });
}
