import type { Caller } from '../../accounts/domain/caller.ts';
import type { Fault } from '../../shared/application-error.ts';
import { fault } from '../../shared/faults.ts';

/** Says what is wrong with a URL that this caller's upload brings for its events; nothing if it may. */
export type WebhookUrlCheck = (caller: Caller, url: string) => Promise<Fault[]>;

/** Which URLs an upload may bring. Whoever sends there knows this module, it does not know them: they say what they take. */
export class WebhookUrls {
  private check: WebhookUrlCheck | undefined;

  checkedBy(check: WebhookUrlCheck): void {
    this.check = check;
  }

  async faultsOf(caller: Caller, url: string): Promise<Fault[]> {
    if (this.check) return this.check(caller, url);
    const detail = 'Expected no webhook_url, since this service sends no webhooks, received one';
    return [fault(['webhook_url'], 'unknown_field', detail)];
  }
}
