import { type ExecutionContext, Injectable, Logger } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import {
  InjectThrottlerOptions,
  InjectThrottlerStorage,
  ThrottlerGuard,
  type ThrottlerModuleOptions,
  type ThrottlerRequest,
} from '@nestjs/throttler';
import type { Response } from 'express';
import onHeaders from 'on-headers';
import { Clock, secondsAfter, secondsBetween } from '../../../shared/clock.ts';
import { requestProblems } from '../../../shared/problems.ts';
import { Tokens } from '../../application/ports.ts';
import { UsagePolicies } from '../../domain/usage-policy.ts';
import { ThrottleSettings } from '../accounts.settings.ts';
import { SlidingThrottlerStorage } from '../rates/sliding-throttler-storage.ts';
import { type CallerRequest, COUNTED_BY, type CountedBy } from './caller.decorators.ts';
import { refreshTokenOf } from './refresh-cookie.ts';

/** What a request counts against, and the words of its refusal. */
interface Bucket {
  /** As `RateLimit-Policy` names it. */
  name: string;
  key: string;
  limit: number;
  what: string;
  /** Whose limit it is. */
  owner: string;
  /** How to get past it, if not by waiting. */
  hint?: string;
  /** How many requests this one counts as, if not as one. */
  weight?: number;
}

/** So many downloads an archive counts as. */
const ARCHIVE_WEIGHT = 10;

/** Answers to a download that its own bucket is for; any other one is a request like all. */
const DOWNLOADED = [200, 206, 304];

/** May they now? One bucket a caller over all counted routes, but for sign-in and downloads. */
@Injectable()
export class CallerThrottlerGuard extends ThrottlerGuard {
  private readonly log = new Logger('Throttle');

  constructor(
    @InjectThrottlerOptions() options: ThrottlerModuleOptions,
    @InjectThrottlerStorage() private readonly counts: SlidingThrottlerStorage,
    reflector: Reflector,
    private readonly tokens: Tokens,
    private readonly throttle: ThrottleSettings,
    private readonly policies: UsagePolicies,
    private readonly clock: Clock,
  ) {
    super(options, counts, reflector);
  }

  protected override async shouldSkip(context: ExecutionContext): Promise<boolean> {
    return this.countedBy(context) === 'nobody';
  }

  protected override async handleRequest({ context, ttl }: ThrottlerRequest): Promise<boolean> {
    const request = context.switchToHttp().getRequest<CallerRequest>();
    const response = context.switchToHttp().getResponse<Response>();
    const countedBy = this.countedBy(context);
    const { name, key, limit, what, owner, hint = '', weight = 1 } = this.bucketOf(request, countedBy);
    const { totalHits, timeToExpire, isBlocked } = await this.counts.increment(key, ttl, limit, 0, name, weight);
    const freesAt = secondsAfter(this.clock.now(), timeToExpire);
    const freesIn = () => secondsBetween(this.clock.now(), freesAt);
    response.setHeader('RateLimit-Policy', `"${name}";q=${limit};w=${ttl / 1000}`);
    // A slow upload or a wait may lie between the count and the answer, and its client reads the seconds from then on.
    onHeaders(response, () => response.setHeader('RateLimit', `"${name}";r=${limit - totalHits};t=${freesIn()}`));
    request.nextRequestIn = () => (totalHits < limit ? 0 : freesIn());
    if (isBlocked) {
      throw requestProblems.tooManyRequests.error(
        `Expected at most ${limit} ${what} in any ${ttl / 1000} seconds (limit of ${owner}), received one more; try again in ${timeToExpire} s${hint}`,
        { retryAfter: timeToExpire },
      );
    }
    if (countedBy === 'download' || countedBy === 'archive') this.countAsRequestToo(request, response, ttl);
    return true;
  }

  /** What looks for a download and finds none takes from the caller's own bucket too: guessing ids gains nothing. */
  private countAsRequestToo(request: CallerRequest, response: Response, ttl: number): void {
    const { key, limit, name } = this.callersBucket(request);
    onHeaders(response, () => {
      if (DOWNLOADED.includes(response.statusCode)) return;
      this.counts.increment(key, ttl, limit, 0, name).catch((error: unknown) => {
        this.log.error({ err: error }, 'A request was not counted');
      });
    });
  }

  private bucketOf(request: CallerRequest, countedBy: CountedBy | undefined): Bucket {
    switch (countedBy) {
      case 'sign-in':
        return this.signInBucket(request);
      case 'download':
        return this.downloadBucket(request);
      case 'archive':
        return {
          ...this.downloadBucket(request),
          what: `downloads (an archive is ${ARCHIVE_WEIGHT})`,
          weight: ARCHIVE_WEIGHT,
        };
      case 'session':
        return this.sessionBucket(request) ?? this.callersBucket(request);
      default:
        return this.callersBucket(request);
    }
  }

  private callersBucket({ caller: { key, kind, limitOwner, policy } }: CallerRequest): Bucket {
    const hint = kind === 'anonymous' ? '; registering raises the limit' : '';
    return { name: 'caller', key, limit: policy.requestsPerMinute, what: 'requests', owner: limitOwner, hint };
  }

  private signInBucket({ caller }: CallerRequest): Bucket {
    const limit = this.throttle.signInPerMinute;
    const what = 'registrations and log-ins';
    return { name: 'sign-in', key: `sign-in:${caller.key}`, limit, what, owner: 'an address' };
  }

  private downloadBucket({ caller: { key, limitOwner, policy } }: CallerRequest): Bucket {
    const limit = policy.requestsPerMinute * this.throttle.downloadsPerRequest;
    return { name: 'download', key: `download:${key}`, limit, what: 'downloads', owner: limitOwner };
  }

  /** The bucket of the session whose refresh token is genuine. */
  private sessionBucket(request: CallerRequest): Bucket | undefined {
    const claims = this.tokens.readRefresh(refreshTokenOf(request) ?? '');
    if (!claims) return undefined;
    const limit = this.policies.authenticated.requestsPerMinute;
    return { name: 'caller', key: `session:${claims.sessionId}`, limit, what: 'requests', owner: 'a session' };
  }

  private countedBy(context: ExecutionContext): CountedBy | undefined {
    return this.reflector.getAllAndOverride<CountedBy | undefined>(COUNTED_BY, [
      context.getHandler(),
      context.getClass(),
    ]);
  }
}
