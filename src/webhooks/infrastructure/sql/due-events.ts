import type { EntityManager } from '@mikro-orm/core';
import type { FollowingStatement } from '../../../database/kept-statements.ts';
import { keptStatements } from '../../../database/statements-of.ts';
import type { BatchResources, ImageResources } from '../../../image-jobs/application/ports.ts';
import type { ImageJob, ImageStatus } from '../../../image-jobs/domain/image-job.ts';
import type { BatchEnding, EndedBatch, JobEnding } from '../../../image-jobs/infrastructure/sql/job-endings.ts';
import type { Clock } from '../../../shared/clock.ts';
import type { TaskQueue } from '../../../shared/tasks/task-queue.ts';
import { wakeLane } from '../../application/wake-lane.ts';
import { type Lane, laneOf } from '../../domain/lane.ts';
import { destinationOf } from '../../domain/webhook-endpoint.ts';
import { eventBody, type WebhookEvent } from '../../domain/webhook-event.ts';

const EVENTS: Partial<Record<ImageStatus, WebhookEvent>> = {
  completed: 'image.completed',
  failed: 'image.failed',
  expired: 'image.expired',
};
const HAS_ENDPOINTS = 'exists (select 1 from webhook_endpoints where account_id = image_jobs.account_id)';

/** The id of a delivery's lane, as `laneIdOf` makes it. */
const LANE_ID = "cast(account_id as text) || ' ' || destination";

/** What is told, of whose image or batch. */
interface Told {
  readonly event: WebhookEvent;
  readonly accountId: string;
  readonly subjectId: string;
  readonly at: Date;
  /** The resource as it is by then. */
  readonly data: object;
  /** Where it goes beside the account's endpoints; null for nowhere. */
  readonly webhookUrl: string | null;
}

/**
 * Makes an event due to all who want to be told of an end, in the very statement or transaction that brings it about: no
 * crash comes between. For an account without endpoints nothing is written, and on SQLite nothing more is run.
 */
export class DueEvents {
  /** Of what ends a job. */
  readonly ofJobs: JobEnding;
  /** Of what ends the last job of a batch. */
  readonly ofBatches: BatchEnding;
  private readonly sql: string;

  constructor(
    em: EntityManager,
    private readonly images: ImageResources,
    private readonly batches: BatchResources,
    private readonly queue: TaskQueue,
    private readonly clock: Clock,
  ) {
    const written = (ids: readonly string[]) => {
      for (const id of new Set(ids)) this.wake(laneOf(id) as Lane);
    };
    this.ofJobs = { statement: (job) => this.ofJob(job), written };
    this.ofBatches = { statement: (batch) => this.ofBatch(batch), written };
    const { newUuid, typed } = keptStatements(em);
    const [uuid, text, json, time] = [typed('uuid'), typed('text'), typed('jsonb'), typed('timestamptz')];
    this.sql = `
      insert into webhook_deliveries (id, account_id, endpoint_id, subject_id, event, destination, url, body, status,
        attempt, tries, attempts, next_attempt_at, scheduled_at, created_at)
      select ${newUuid}, told.account_id, receiver.endpoint_id, told.subject_id, told.event, receiver.destination,
        receiver.url, told.body, 'due', 0, 0, told.attempts, told.now, told.now, told.now
      from (
        select ${uuid} as account_id, ${uuid} as subject_id, ${text} as event, ${text} as body, ${json} as attempts,
          ${time} as now
        from changed
      ) told join (
        select id as endpoint_id, destination, null as url from webhook_endpoints
        where account_id = ${uuid} and disabled_at is null and cast(events as text) like ${text}
        union all select null, ${text}, ${text} from changed where ${text} is not null
      ) receiver on true`;
  }

  /** The sweep finds what is lost here. */
  private wake(lane: Lane): void {
    wakeLane(this.queue, lane, this.clock.now()).catch(() => undefined);
  }

  private ofJob(job: ImageJob): FollowingStatement | null {
    const { id: subjectId, accountId, webhookUrl, status } = job;
    const event = EVENTS[status];
    if (accountId === null || event === undefined) return null;
    const at = (status === 'expired' ? job.downloadExpiresAt : job.completedAt) ?? this.clock.now();
    return this.statement({ event, accountId, subjectId, at, data: this.images.final(job), webhookUrl });
  }

  private ofBatch({ state, last }: EndedBatch): FollowingStatement {
    const { id: subjectId, accountId } = state.batch;
    const { baseUrl, webhookUrl } = last;
    const data = this.batches.final(state, baseUrl);
    return this.statement({ event: 'batch.completed', accountId, subjectId, at: this.clock.now(), data, webhookUrl });
  }

  private statement({ event, accountId, subjectId, at, data, webhookUrl }: Told): FollowingStatement {
    const now = this.clock.now();
    const told = [accountId, subjectId, event, eventBody(event, at, data), '[]', now];
    const endpoints = [accountId, `%"${event}"%`];
    const ownUrl = [webhookUrl && destinationOf(webhookUrl), webhookUrl, webhookUrl];
    return {
      sql: this.sql,
      values: [...told, ...endpoints, ...ownUrl],
      tells: LANE_ID,
      ...(webhookUrl === null && { when: HAS_ENDPOINTS }),
    };
  }
}
