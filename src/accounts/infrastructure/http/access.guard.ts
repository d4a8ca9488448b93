import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Caller } from '../../domain/caller.ts';
import { accountProblems } from '../../domain/errors.ts';
import type { RouteScope } from '../../domain/scope.ts';
import { SecuritySettings } from '../accounts.settings.ts';
import { type CallerRequest, SCOPE } from './caller.decorators.ts';
import { accessOf } from './caller.guard.ts';

/** May this caller call this route? Closed by default: without a decorator only sessions may. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly security: SecuritySettings,
    private readonly reflector: Reflector,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    const { caller } = context.switchToHttp().getRequest<CallerRequest>();
    const access = accessOf(this.reflector, context);
    if (access === 'public' || access === 'credentials') return true;
    this.assertScope(caller, context);
    const open = access === 'anyone' && this.security.anonymous === 'on';
    if (open || caller.accountId !== null) return true;
    throw accountProblems.notAuthenticated.error(
      'Expected an access token in "Authorization: Bearer", received nothing',
    );
  }

  private assertScope(caller: Caller, context: ExecutionContext): void {
    const places = [context.getHandler(), context.getClass()];
    const scope = this.reflector.getAllAndOverride<RouteScope | undefined>(SCOPE, places);
    if (caller.hasScope(scope)) return;
    const wanted = scope === undefined ? 'the access token of a session' : `an API key with the scope "${scope}"`;
    throw accountProblems.missingScope.error(
      `Expected ${wanted}, received an API key with the scopes ${caller.apiKey?.scopes.join(', ')}`,
    );
  }
}
