import type { Caller } from '../../accounts/domain/caller.ts';
import { accountProblems } from '../../accounts/domain/errors.ts';
import type { Fault } from '../../shared/application-error.ts';
import { expectation } from '../../shared/expectation.ts';
import { fault } from '../../shared/faults.ts';
import type { AccountSecretRepository, WebhookAddresses } from './ports.ts';

const FIELD = 'webhook_url';

/** What is wrong with a URL that may have been given under this name. */
export function faultsOfUrl(addresses: WebhookAddresses, name: string, url: string | undefined): Fault[] {
  const what = url === undefined ? null : addresses.expected(url);
  return what === null ? [] : [fault([name], 'invalid_value', expectation(what, name, url))];
}

/** Says what is wrong with a URL that an upload brings for its events. */
export class CheckWebhookUrl {
  constructor(
    private readonly addresses: WebhookAddresses,
    private readonly secrets: AccountSecretRepository,
  ) {}

  /** @throws missing_scope when an API key may not manage webhooks */
  async execute(caller: Caller, url: string): Promise<Fault[]> {
    const { accountId } = caller;
    if (accountId === null)
      return [
        fault(
          [FIELD],
          'account_required',
          `Expected no ${FIELD} from anonymous callers (it is for accounts alone), received one`,
        ),
      ];
    if (!caller.hasScope('webhooks:manage'))
      throw accountProblems.missingScope.error(
        `Expected an API key with the scope "webhooks:manage" for ${FIELD}, received one with the scopes ${caller.apiKey?.scopes.join(', ')}`,
      );
    const ofUrl = faultsOfUrl(this.addresses, FIELD, url);
    if (ofUrl.length > 0 || (await this.secrets.find(accountId))) return ofUrl;
    return [
      fault(
        [FIELD],
        'invalid_value',
        `Expected an account with a secret (POST /accounts/webhook-secret/) for ${FIELD}, received one without`,
      ),
    ];
  }
}
