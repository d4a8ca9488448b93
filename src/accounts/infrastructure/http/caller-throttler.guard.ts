import { type CanActivate, type ExecutionContext, Injectable, Logger } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Response } from 'express';
import onHeaders from 'on-headers';
import { requestProblems } from '../../../shared/problems.ts';
import { SlidingWindows, Tokens, type WindowState } from '../../application/ports.ts';
import { UsagePolicies } from '../../domain/usage-policy.ts';
import { ThrottleSettings } from '../accounts.settings.ts';
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

/** The length of the window that requests are counted in. */
const WINDOW_SECONDS = 60;

/** So many downloads an archive counts as. */
const ARCHIVE_WEIGHT = 10;

/** Answers to a download that its own bucket is for; any other one is a request like all. */
const DOWNLOADED = [200, 206, 304];

/**
 * Second of three guards: may they now? One bucket a caller over all counted routes, but for sign-in and downloads. Our own,
 * since nothing of Nest's throttler would be left but the look for decorators that no route has: it counts by route, in
 * windows that are not exact, and answers with headers of its own.
 */
@Injectable()
export class CallerThrottlerGuard implements CanActivate {
  private readonly log = new Logger('Throttle');

  constructor(
    private readonly windows: SlidingWindows,
    private readonly reflector: Reflector,
    private readonly tokens: Tokens,
    private readonly throttle: ThrottleSettings,
    private readonly policies: UsagePolicies,
  ) {}

  /** @throws too_many_requests */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const countedBy = this.countedBy(context);
    if (countedBy === 'nobody') return true;
    const request = context.switchToHttp().getRequest<CallerRequest>();
    const response = context.switchToHttp().getResponse<Response>();
    const { name, key, limit, what, owner, hint = '', weight = 1 } = this.bucketOf(request, countedBy);
    const { accepted, used, freesIn } = await this.take(key, limit, weight);
    response.setHeader('RateLimit-Policy', `"${name}";q=${limit};w=${WINDOW_SECONDS}`);
    response.setHeader('RateLimit', `"${name}";r=${limit - used};t=${freesIn}`);
    request.nextRequestIn = used < limit ? 0 : freesIn;
    if (!accepted) {
      throw requestProblems.tooManyRequests.error(
        `Expected at most ${limit} ${what} in any ${WINDOW_SECONDS} seconds (limit of ${owner}), received one more; try again in ${freesIn} s${hint}`,
        { retryAfter: freesIn },
      );
    }
    if (countedBy === 'download' || countedBy === 'archive') this.countAsRequestToo(request, response);
    return true;
  }

  private take(key: string, limit: number, weight: number): Promise<WindowState> {
    return this.windows.take(`rate:${key}`, limit, WINDOW_SECONDS, weight);
  }

  /** What looks for a download and finds none takes from the caller's own bucket too: guessing ids gains nothing. */
  private countAsRequestToo(request: CallerRequest, response: Response): void {
    const { key, limit } = this.callersBucket(request);
    onHeaders(response, () => {
      if (DOWNLOADED.includes(response.statusCode)) return;
      this.take(key, limit, 1).catch((error: unknown) => {
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
