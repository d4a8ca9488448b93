import type { INestApplicationContext } from '@nestjs/common';
import { AdministerAccount } from '../accounts/application/administer-account.ts';
import type { Account } from '../accounts/domain/account.ts';
import type { OwnPolicy } from '../accounts/domain/usage-policy.ts';
import { PoliciesSettings } from '../accounts/infrastructure/accounts.settings.ts';
import { changedPolicy, policyLines } from '../accounts/infrastructure/own-policy.ts';
import { BeginMonth } from '../usage/application/begin-month.ts';

/**
 * Sets what an account may do, if there are wishes such as `images_per_month=1000`, and resolves with what it may do then.
 * @throws OperatorError with a sentence for each wish that is wrong
 */
export async function setPolicy(
  context: INestApplicationContext,
  account: Account,
  wishes: readonly string[],
): Promise<string> {
  const { authenticated } = context.get(PoliciesSettings);
  const policy = changedPolicy(account.policy, wishes, authenticated);
  if (wishes.length > 0) {
    const isLimited = (own: OwnPolicy | null) => ({ ...authenticated, ...own }).imagesPerMonth !== null;
    const begins = isLimited(policy) && !isLimited(account.policy);
    const month = context.get(BeginMonth);
    if (begins) await month.of(account.id);
    await context.get(AdministerAccount).changePolicy(account, policy);
    // Again, for what was accepted uncounted in between.
    if (begins) await month.of(account.id);
  }
  return policyLines(policy, authenticated).join('\n');
}
