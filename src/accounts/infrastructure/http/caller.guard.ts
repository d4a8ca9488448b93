import { type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import type { ApplicationError } from '../../../shared/application-error.ts';
import { AuthenticateKey } from '../../application/authenticate-key.ts';
import { Caller } from '../../domain/caller.ts';
import { accountProblems } from '../../domain/errors.ts';
import { KEY_START } from '../../domain/key-text.ts';
import { UsagePolicies } from '../../domain/usage-policy.ts';
import { ACCESS, type Access, type CallerRequest } from './caller.decorators.ts';
import { CallerThrottlerGuard } from './caller-throttler.guard.ts';

/** Who calls? A token that is not believed is refused here, once it is counted. */
@Injectable()
export class CallerGuard extends AuthGuard('jwt') {
  constructor(
    private readonly policies: UsagePolicies,
    private readonly keys: AuthenticateKey,
    private readonly throttler: CallerThrottlerGuard,
    private readonly reflector: Reflector,
  ) {
    super({ property: 'caller' });
  }

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<CallerRequest>();
    request.caller = Caller.anonymous(request.ip ?? '', this.policies);
    const access = accessOf(this.reflector, context);
    if (access === 'credentials' || access === 'public' || !bringsToken(request)) return true;
    try {
      request.caller = await this.authenticate(request, context);
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
  private async authenticate(request: CallerRequest, context: ExecutionContext): Promise<Caller> {
    const key = apiKeyOf(request);
    if (key === undefined) {
      await super.canActivate(context);
      return request.caller;
    }
    const program = await this.keys.execute(key, request.ip ?? '');
    if (program) return program;
    throw refused('an API key that is mistyped, expired, revoked, or of an account that is closed');
  }

  // biome-ignore lint/suspicious/noExplicitAny: the signature is the library's
  override handleRequest(error: unknown, user: any): any {
    if (error) throw error;
    if (user) return user;
    throw refused('a token that is malformed, forged, expired, of another kind, or of an ended session');
  }
}

/**
 * A scheme other than Bearer is not for this service: a proxy before it may ask for `Basic`. The scheme's name ends where
 * no character of a name follows (RFC 9110, 5.6.2): what stands behind a tab or a colon is a token that is not well written.
 */
function bringsToken({ headers }: CallerRequest): boolean {
  return /^bearer(?![\w!#$%&'*+.^`|~-])/i.test(headers.authorization ?? '');
}

/** The access that a route's decorators ask for; undefined means accounts only. */
export function accessOf(reflector: Reflector, context: ExecutionContext): Access | undefined {
  return reflector.getAllAndOverride<Access | undefined>(ACCESS, [context.getHandler(), context.getClass()]);
}

/** The API key that a request shows as its Bearer token; undefined for another token. */
function apiKeyOf({ headers }: CallerRequest): string | undefined {
  const [, text] = /^Bearer\s+(\S+)$/i.exec(headers.authorization ?? '') ?? [];
  return text?.startsWith(KEY_START) ? text : undefined;
}

function refused(received: string): ApplicationError {
  return accountProblems.invalidToken.error(
    `Expected "Authorization: Bearer" with an access token of a living session or an API key, received ${received}`,
  );
}
