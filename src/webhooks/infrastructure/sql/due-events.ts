import type { EntityManager } from '@mikro-orm/core';
import type { FollowingStatement } from '../../../database/kept-statements.ts';
import { keptStatements } from '../../../database/statements-of.ts';
import type { ImageResources } from '../../../image-jobs/application/ports.ts';
import type { ImageJob, ImageStatus } from '../../../image-jobs/domain/image-job.ts';
import type { JobEnding } from '../../../image-jobs/infrastructure/sql/job-endings.ts';
import type { Clock } from '../../../shared/clock.ts';
import { destinationOf } from '../../domain/webhook-endpoint.ts';
import { eventBody, type WebhookEvent } from '../../domain/webhook-event.ts';

const EVENTS: Partial<Record<ImageStatus, WebhookEvent>> = {
  completed: 'image.completed',
  failed: 'image.failed',
  expired: 'image.expired',
};
const HAS_ENDPOINTS = 'exists (select 1 from webhook_endpoints where account_id = image_jobs.account_id)';

/**
 * Makes an event due to all who want to be told of a job's end, in the very statement that ends it: no crash comes
 * between. For an account without endpoints nothing is written, and on SQLite nothing more is run.
 */
export class DueEvents implements JobEnding {
  private readonly sql: string;

  constructor(
    em: EntityManager,
    private readonly resources: ImageResources,
    private readonly clock: Clock,
    private readonly wake: (destination: string) => void,
  ) {
    const { newUuid, typed } = keptStatements(em);
    const [uuid, text, json, time] = [typed('uuid'), typed('text'), typed('jsonb'), typed('timestamptz')];
    this.sql = `
      insert into webhook_deliveries (id, account_id, endpoint_id, job_id, event, destination, url, body, status,
        attempt, tries, attempts, next_attempt_at, created_at)
      select ${newUuid}, told.account_id, receiver.endpoint_id, told.job_id, told.event, receiver.destination,
        receiver.url, told.body, 'due', 0, 0, told.attempts, told.now, told.now
      from (
        select ${uuid} as account_id, ${uuid} as job_id, ${text} as event, ${text} as body, ${json} as attempts,
          ${time} as now
        from changed
      ) told join (
        select id as endpoint_id, destination, null as url from webhook_endpoints
        where account_id = ${uuid} and disabled_at is null and cast(events as text) like ${text}
        union all select null, ${text}, ${text} from changed where ${text} is not null
      ) receiver on true`;
  }

  statement(job: ImageJob): FollowingStatement | null {
    const { accountId, webhookUrl } = job;
    const event = EVENTS[job.status];
    if (accountId === null || event === undefined) return null;
    const now = this.clock.now();
    const at = (job.status === 'expired' ? job.downloadExpiresAt : job.completedAt) ?? now;
    const told = [accountId, job.id, event, eventBody(event, at, this.resources.final(job)), '[]', now];
    const endpoints = [accountId, `%"${event}"%`];
    const ownUrl = [webhookUrl && destinationOf(webhookUrl), webhookUrl, webhookUrl];
    return {
      sql: this.sql,
      values: [...told, ...endpoints, ...ownUrl],
      tells: 'destination',
      ...(webhookUrl === null && { when: HAS_ENDPOINTS }),
    };
  }

  written(destinations: readonly string[]): void {
    for (const destination of new Set(destinations)) this.wake(destination);
  }
}
