import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { ApplicationError } from '../../../shared/application-error.ts';
import { AuthenticateKey } from '../../application/authenticate-key.ts';
import { AuthenticateSession } from '../../application/authenticate-session.ts';
import { Caller } from '../../domain/caller.ts';
import { accountProblems } from '../../domain/errors.ts';
import { KEY_START } from '../../domain/key-text.ts';
import { UsagePolicies } from '../../domain/usage-policy.ts';
import { ACCESS, type Access, type CallerRequest } from './caller.decorators.ts';
import { CallerThrottlerGuard } from './caller-throttler.guard.ts';

/** First of three guards: who calls? A token that is not believed is refused here, once it is counted. */
@Injectable()
export class CallerGuard implements CanActivate {
  constructor(
    private readonly policies: UsagePolicies,
    private readonly keys: AuthenticateKey,
    private readonly sessions: AuthenticateSession,
    private readonly throttler: CallerThrottlerGuard,
    private readonly reflector: Reflector,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<CallerRequest>();
    request.caller = Caller.anonymous(request.ip ?? '', this.policies);
    const access = accessOf(this.reflector, context);
    if (access === 'credentials' || access === 'public' || !bringsToken(request)) return true;
    try {
      request.caller = await this.authenticate(request);
    } catch (error) {
      // It counts against its address, like a request without a token.
      if (accountProblems.invalidToken.matches(error)) await this.throttler.canActivate(context);
      throw error;
    }
    return true;
  }

  /**
   * The caller whose API key or access token came along.
   * @throws invalid_token
   */
  private async authenticate(request: CallerRequest): Promise<Caller> {
    const token = tokenOf(request);
    const isKey = token.startsWith(KEY_START);
    const caller = await (isKey ? this.keys : this.sessions).execute(token, request.caller.address);
    if (caller) return caller;
    throw refused(
      isKey
        ? 'an API key that is mistyped, expired, revoked, or of an account that is closed'
        : 'a token that is malformed, forged, expired, of another kind, or of an ended session',
    );
  }
}

/** A scheme other than Bearer is not for this service: a proxy before it may ask for `Basic`. */
function bringsToken({ headers }: CallerRequest): boolean {
  return /^bearer( |$)/i.test(headers.authorization ?? '');
}

/** The access that a route's decorators ask for; undefined means accounts only. */
export function accessOf(reflector: Reflector, context: ExecutionContext): Access | undefined {
  return reflector.getAllAndOverride<Access | undefined>(ACCESS, [context.getHandler(), context.getClass()]);
}

/** What a request shows as its Bearer token; '' when that is nothing, or not one word. */
function tokenOf({ headers }: CallerRequest): string {
  const [, text = ''] = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '') ?? [];
  return text;
}

function refused(received: string): ApplicationError {
  return accountProblems.invalidToken.error(
    `Expected "Authorization: Bearer" with an access token of a living session or an API key, received ${received}`,
    { headers: { 'WWW-Authenticate': 'Bearer realm="imagepro", error="invalid_token"' } },
  );
}
