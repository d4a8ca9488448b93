import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { Settings } from '../../../settings/settings.ts';
import { accountProblems } from '../../domain/errors.ts';
import type { CallerRequest } from './caller.decorators.ts';
import { accessOf } from './caller.guard.ts';

/** Last of three guards: may this caller call this route? Closed by default: without a decorator only accounts may. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly settings: Settings,
    private readonly reflector: Reflector,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    const { caller, refusal } = context.switchToHttp().getRequest<CallerRequest>();
    if (refusal) throw refusal;
    const access = accessOf(this.reflector, context);
    if (access === 'public' || access === 'credentials') return true;
    const open = access === 'anyone' && this.settings.security.anonymous === 'on';
    if (open || caller.accountId !== null) return true;
    throw accountProblems.notAuthenticated.error(
      'Expected an access token in "Authorization: Bearer", received nothing',
    );
  }
}
