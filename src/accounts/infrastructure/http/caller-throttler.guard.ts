import { type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import {
  InjectThrottlerOptions,
  InjectThrottlerStorage,
  ThrottlerGuard,
  type ThrottlerModuleOptions,
  type ThrottlerRequest,
  ThrottlerStorage,
} from '@nestjs/throttler';
import type { Response } from 'express';
import { Settings } from '../../../settings/settings.ts';
import { requestProblems } from '../../../shared/problems.ts';
import { Tokens } from '../../application/ports.ts';
import { type CallerRequest, COUNTED_BY } from './caller.decorators.ts';
import { refreshTokenOf } from './refresh-cookie.ts';

/** What a request counts against, and the words of its refusal. */
interface Bucket {
  key: string;
  limit: number;
  /** Whose limit it is. */
  owner: string;
  /** How to get past it, if not by waiting. */
  hint: string;
}

/** Second of three guards: may they now? One bucket a caller over all counted routes. */
@Injectable()
export class CallerThrottlerGuard extends ThrottlerGuard {
  constructor(
    @InjectThrottlerOptions() options: ThrottlerModuleOptions,
    @InjectThrottlerStorage() storage: ThrottlerStorage,
    reflector: Reflector,
    private readonly tokens: Tokens,
    private readonly settings: Settings,
  ) {
    super(options, storage, reflector);
  }

  protected override async shouldSkip(context: ExecutionContext): Promise<boolean> {
    return this.countedBy(context) === 'nobody';
  }

  protected override async handleRequest({ context, ttl }: ThrottlerRequest): Promise<boolean> {
    const request = context.switchToHttp().getRequest<CallerRequest>();
    const response = context.switchToHttp().getResponse<Response>();
    const { key, limit, owner, hint } = this.bucketOf(context, request);
    const { totalHits, timeToExpire, isBlocked } = await this.storageService.increment(key, ttl, limit, 0, 'caller');
    response.setHeader('RateLimit-Policy', `"caller";q=${limit};w=${ttl / 1000}`);
    response.setHeader('RateLimit', `"caller";r=${limit - totalHits};t=${timeToExpire}`);
    request.nextRequestIn = totalHits < limit ? 0 : timeToExpire;
    if (!isBlocked) return true;
    throw requestProblems.tooManyRequests.error(
      `Expected at most ${limit} requests in any ${ttl / 1000} seconds (limit of ${owner}), received one more; try again in ${timeToExpire} s${hint}`,
      { retryAfter: timeToExpire },
    );
  }

  /** Refreshing counts by session, so that many people behind one address can stay signed in. */
  private bucketOf(context: ExecutionContext, request: CallerRequest): Bucket {
    const { key, kind, limitOwner, policy } = request.caller;
    const claims =
      this.countedBy(context) === 'session' ? this.tokens.readRefresh(refreshTokenOf(request) ?? '') : null;
    if (!claims) {
      const hint = kind === 'anonymous' ? '; registering raises the limit' : '';
      return { key, limit: policy.requestsPerMinute, owner: limitOwner, hint };
    }
    const limit = this.settings.policies.authenticated.requestsPerMinute;
    return { key: `session:${claims.sessionId}`, limit, owner: 'a session', hint: '' };
  }

  private countedBy(context: ExecutionContext): string | undefined {
    return this.reflector.getAllAndOverride<string | undefined>(COUNTED_BY, [context.getHandler(), context.getClass()]);
  }
}
