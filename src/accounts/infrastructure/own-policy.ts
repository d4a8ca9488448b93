import { checked } from '../../shared/http/checked.ts';
import { OperatorError } from '../../shared/operator-error.ts';
import { numberFrom } from '../../shared/setting-values.ts';
import { snakeCase } from '../../shared/snake-case.ts';
import type { OwnPolicy, UsagePolicy } from '../domain/usage-policy.ts';
import { PolicySettings } from './accounts.settings.ts';

/** The figures of a policy, by the names that `GET /api/limits/` has for them. */
function figuresOf(policy: UsagePolicy): Map<string, keyof UsagePolicy> {
  const names = Object.keys(policy) as (keyof UsagePolicy)[];
  return new Map(names.map((name) => [snakeCase(name), name]));
}

/**
 * An account's own policy after an operator's wishes, each like `images_per_month=1000`; `default` gives a figure up, and
 * `none` stands for no limit where there may be none. Null when no figure of its own is left.
 * @throws OperatorError with a sentence for each fault
 */
export function changedPolicy(
  own: OwnPolicy | null,
  wishes: readonly string[],
  defaults: UsagePolicy,
): OwnPolicy | null {
  const figures = figuresOf(defaults);
  const next: Record<string, unknown> = { ...own };
  const faults: string[] = [];
  for (const wish of wishes) {
    const [, name = '', value = ''] = /^(\w+)=(.+)$/.exec(wish) ?? [];
    const figure = figures.get(name);
    if (!figure) faults.push(`Expected FIGURE=VALUE with one of ${[...figures.keys()].join(', ')}, received ${wish}`);
    else if (value === 'default') delete next[figure];
    else next[figure] = value === 'none' ? null : numberFrom(value);
  }
  faults.push(...faultsOf({ ...defaults, ...next } as UsagePolicy));
  if (faults.length > 0) throw new OperatorError(faults.join('\n'));
  return Object.keys(next).length === 0 ? null : (next as OwnPolicy);
}

/** A policy line by line, the account's own figures marked. */
export function policyLines(own: OwnPolicy | null, defaults: UsagePolicy): string[] {
  return [...figuresOf(defaults)].map(([name, figure]) => {
    const isOwn = own !== null && figure in own;
    const value = { ...defaults, ...own }[figure] ?? 'none';
    return `${name.padEnd(24)}${value}${isOwn ? `  (its own; default ${defaults[figure] ?? 'none'})` : ''}`;
  });
}

/** The same ranges as for the settings. */
function faultsOf(policy: UsagePolicy): string[] {
  const { faults } = checked(PolicySettings, policy, [], 'policy');
  const said = faults.map(({ detail }) =>
    detail.replace(/ for (\w+), /, (_, name: string) => ` for ${snakeCase(name)}, `),
  );
  const { qualityMin, qualityMax } = policy;
  if (said.length > 0 || qualityMin <= qualityMax) return said;
  return [`Expected at most quality_max, which is ${qualityMax}, for quality_min, received ${qualityMin}`];
}
