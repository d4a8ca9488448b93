import type { INestApplicationContext } from '@nestjs/common';
import { AdministerAccount } from '../accounts/application/administer-account.ts';
import { MonthlyImages } from '../accounts/application/ports.ts';
import type { Account } from '../accounts/domain/account.ts';
import { ownerKeyOf } from '../accounts/domain/caller.ts';
import { monthOf } from '../accounts/domain/month.ts';
import type { OwnPolicy } from '../accounts/domain/usage-policy.ts';
import { PoliciesSettings } from '../accounts/infrastructure/accounts.settings.ts';
import { changedPolicy, policyLines } from '../accounts/infrastructure/own-policy.ts';
import { JobCensus } from '../image-jobs/application/ports.ts';
import { Clock } from '../shared/clock.ts';
import { UsageLedger } from '../usage/application/ports.ts';
import { dayOf } from '../usage/domain/usage-entry.ts';

/**
 * Sets what an account may do, if there are wishes such as `images_per_month=1000`, and resolves with what it may do then.
 * @throws Error with a sentence for each wish that is wrong
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
    if (begins) await countThisMonth(context, account);
    await context.get(AdministerAccount).changePolicy(account, policy);
    // Again, for what was accepted uncounted in between.
    if (begins) await countThisMonth(context, account);
  }
  return policyLines(policy, authenticated).join('\n');
}

/** Whoever gets a limit in the middle of a month has used what the ledger has of it, and what has not ended yet. */
async function countThisMonth(context: INestApplicationContext, { id }: Account): Promise<void> {
  const now = context.get(Clock).now();
  const month = { from: `${monthOf(now)}-01`, to: dayOf(now) };
  const { images } = await context.get(UsageLedger).totalOf(id, month);
  const active = await context.get(JobCensus).activeOf(ownerKeyOf(id));
  await context.get(MonthlyImages).begin(ownerKeyOf(id), monthOf(now), images + active);
}
