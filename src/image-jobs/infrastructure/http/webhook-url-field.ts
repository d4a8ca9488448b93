import type { Caller } from '../../../accounts/domain/caller.ts';
import type { Fault } from '../../../shared/application-error.ts';
import { expectation } from '../../../shared/expectation.ts';
import { fault } from '../../../shared/faults.ts';
import type { WebhookUrls } from '../../application/webhook-urls.ts';

/** The field of an upload that says where its events are sent as well. */
export const WEBHOOK_URL = 'webhook_url';

/** Its OpenAPI schema. */
export const WEBHOOK_URL_SCHEMA = {
  type: 'string',
  format: 'uri',
  maxLength: 2048,
  description:
    "Where the events of this upload are sent as well, signed with the account's own secret (`POST /accounts/webhook-secret/`). For accounts alone; an API key needs `webhooks:manage` too",
} as const;

/** The URL that a form brings, if it does, as it will be sent to, and what is wrong with it. */
export async function webhookUrlIn(
  texts: Readonly<Record<string, readonly string[]>>,
  caller: Caller,
  urls: WebhookUrls,
): Promise<{ webhookUrl?: string; faults: Fault[] }> {
  const [url, ...more] = texts[WEBHOOK_URL] ?? [];
  if (url === undefined) return { faults: [] };
  if (more.length > 0)
    return { faults: [fault([WEBHOOK_URL], 'invalid_value', expectation('one URL', WEBHOOK_URL, [url, ...more]))] };
  return { webhookUrl: URL.parse(url)?.href ?? url, faults: await urls.faultsOf(caller, url) };
}
