import type { JobCensus } from '../image-jobs/application/ports.ts';
import { IMAGE_STATUSES } from '../image-jobs/domain/image-job.ts';
import type { Clock } from '../shared/clock.ts';
import type { TaskQueue } from '../shared/tasks/task-queue.ts';
import type { Metrics } from '../telemetry/metrics.ts';

/** Measures the jobs of the whole service, which every process sees alike. */
export function measureJobs(metrics: Metrics, census: JobCensus, queue: TaskQueue, clock: Clock): void {
  metrics.gauge('imagepro_jobs', 'Jobs that there are, by status', ['status'], async (gauge) => {
    const jobs = await census.byStatus();
    for (const status of IMAGE_STATUSES) gauge.set({ status }, jobs[status] ?? 0);
  });
  metrics.gauge(
    'imagepro_oldest_waiting_seconds',
    'Seconds that the job waits that waits longest, 0 for none',
    [],
    async (gauge) => {
      const oldest = await census.oldestWaiting();
      gauge.set(oldest === null ? 0 : Math.max(0, clock.now().getTime() - oldest.getTime()) / 1000);
    },
  );
  metrics.gauge('imagepro_queue_messages', 'Messages that wait in the queue', [], async (gauge) => {
    gauge.set(await queue.depth('images'));
  });
}
