import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

const REQUEST_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const WORK_SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** What this process measures, for Prometheus; memory and event-loop lag come with the library. */
export class Metrics {
  readonly registry = new Registry();

  readonly requests = new Histogram({
    name: 'imagepro_request_seconds',
    help: 'Seconds from a request to this process to the end of its answer; status 499: its client hung up before',
    labelNames: ['method', 'route', 'status'],
    buckets: REQUEST_SECONDS,
    registers: [this.registry],
  });

  readonly processing = new Histogram({
    name: 'imagepro_processing_seconds',
    help: 'Seconds of pixel work in one attempt at a job by this process; outcome: done, cancelled (the job was deleted) or a code',
    labelNames: ['outcome'],
    buckets: WORK_SECONDS,
    registers: [this.registry],
  });

  readonly childrenLost = new Counter({
    name: 'imagepro_children_lost_total',
    help: 'Children of this process that ended and were not meant to, each replaced; pool: headers (of uploads) or images',
    labelNames: ['pool'],
    registers: [this.registry],
  });

  readonly webhookTries = new Counter({
    name: 'imagepro_webhook_tries_total',
    help: 'Tries of this process to deliver a webhook; outcome: delivered, retried (to be tried again) or failed',
    labelNames: ['outcome'],
    registers: [this.registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  /**
   * A gauge of the whole service, which all its processes tell alike. Its values are looked up when they are asked for; while
   * that fails, it has none.
   */
  gauge(name: string, help: string, labelNames: string[], look: (gauge: Gauge) => Promise<void>): void {
    new Gauge({
      name,
      help: `${help}; of the whole service, from every process the same`,
      labelNames,
      registers: [this.registry],
      async collect() {
        this.reset();
        await look(this).catch(() => this.reset());
      },
    });
  }
}
