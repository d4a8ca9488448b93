import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

const REQUEST_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const WORK_SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** What this process measures, for Prometheus; memory and event-loop lag come with the library. */
export class Metrics {
  readonly registry = new Registry();

  readonly requests = new Histogram({
    name: 'imagepro_request_seconds',
    help: 'Time from a request to the end of its answer',
    labelNames: ['method', 'route', 'status'],
    buckets: REQUEST_SECONDS,
    registers: [this.registry],
  });

  readonly processing = new Histogram({
    name: 'imagepro_processing_seconds',
    help: 'Time of the pixel work of one attempt, by how it ended: done, cancelled (its job was deleted) or a problem',
    labelNames: ['outcome'],
    buckets: WORK_SECONDS,
    registers: [this.registry],
  });

  readonly childrenLost = new Counter({
    name: 'imagepro_children_lost_total',
    help: 'Child processes that ended and were not meant to; each was replaced',
    labelNames: ['pool'],
    registers: [this.registry],
  });

  readonly webhookTries = new Counter({
    name: 'imagepro_webhook_tries_total',
    help: 'Tries to deliver a webhook, by what came of them: delivered, retried (to be tried again) or failed',
    labelNames: ['outcome'],
    registers: [this.registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  /** A gauge whose values are looked up when they are asked for; while that fails, it has none. */
  gauge(name: string, help: string, labelNames: string[], look: (gauge: Gauge) => Promise<void>): void {
    new Gauge({
      name,
      help,
      labelNames,
      registers: [this.registry],
      async collect() {
        this.reset();
        await look(this).catch(() => this.reset());
      },
    });
  }
}
