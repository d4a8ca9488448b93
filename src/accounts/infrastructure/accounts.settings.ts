import { Transform, Type } from 'class-transformer';
import { ValidateNested } from 'class-validator';
import { numberFrom, OrUnset } from '../../shared/setting-values.ts';
import { Expect, IntegerBetween, OneOf } from '../../shared/validation.ts';
import type { UsagePolicies, UsagePolicy } from '../domain/usage-policy.ts';

/** Who is let in, and for how long. */
export class SecuritySettings {
  @OrUnset()
  @Expect({
    name: 'jwtSecret',
    what: 'at least 32 bytes',
    secret: true,
    test: (v) => typeof v === 'string' && Buffer.byteLength(v) >= 32,
  })
  jwtSecret: string | null;
  @OneOf(['open', 'closed'])
  registration: 'open' | 'closed';
  @OneOf(['on', 'off'])
  anonymous: 'on' | 'off';
  @IntegerBetween(1, 86_400)
  accessTokenSeconds: number;
  @IntegerBetween(1, 31_536_000)
  refreshTokenSeconds: number;
  @IntegerBetween(1, 31_536_000)
  sessionSeconds: number;
  @IntegerBetween(1, 1000)
  wrongPasswordsPerMinute: number;
  @IntegerBetween(1, 100_000)
  wrongPasswordsPerHour: number;
}

/** The farthest that an operator can set the limits on pictures and operations, for all or for one account. */
export const UTMOST_LIMITS = {
  operations: 100,
  qualityMin: 1,
  qualityMax: 100,
  sourcePixels: 1_000_000_000,
  outputSide: 16_383,
  outputPixels: 1_000_000_000,
} as const;

/** What one kind of caller may do. */
export class PolicySettings implements UsagePolicy {
  @IntegerBetween(1, 1_073_741_824)
  fileBytes: number;
  @IntegerBetween(0, UTMOST_LIMITS.operations)
  operations: number;
  @IntegerBetween(UTMOST_LIMITS.qualityMin, UTMOST_LIMITS.qualityMax)
  qualityMin: number;
  @IntegerBetween(UTMOST_LIMITS.qualityMin, UTMOST_LIMITS.qualityMax)
  qualityMax: number;
  @IntegerBetween(1, UTMOST_LIMITS.sourcePixels)
  sourcePixels: number;
  @IntegerBetween(1, UTMOST_LIMITS.outputSide)
  outputSide: number;
  @IntegerBetween(1, UTMOST_LIMITS.outputPixels)
  outputPixels: number;
  @IntegerBetween(1, 1_000_000)
  requestsPerMinute: number;
  @IntegerBetween(1, 1_000_000)
  activeJobs: number;
  @IntegerBetween(1, Number.MAX_SAFE_INTEGER)
  keptBytes: number;
  @IntegerBetween(1, 31_536_000)
  downloadSeconds: number;
  @IntegerBetween(0, 31_536_000)
  afterDownloadSeconds: number;
  @Transform(({ value }) => (value === null ? null : numberFrom(String(value))))
  @OrUnset()
  @IntegerBetween(0, 1_000_000_000)
  imagesPerMonth: number | null;
}

/** What each kind of caller may do. */
export class PoliciesSettings implements UsagePolicies {
  @ValidateNested()
  @Type(() => PolicySettings)
  authenticated: PolicySettings;
  @ValidateNested()
  @Type(() => PolicySettings)
  anonymous: PolicySettings;
}

/** The rates that are not of a policy. */
export class ThrottleSettings {
  @IntegerBetween(1, 1_000_000)
  signInPerMinute: number;
  @IntegerBetween(1, 1000)
  downloadsPerRequest: number;
}
