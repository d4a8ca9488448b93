import { applyDecorators, createParamDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import { ApiBearerAuth, ApiSecurity } from '@nestjs/swagger';
import type { Request } from 'express';
import type { ApplicationError } from '../../../shared/application-error.ts';
import type { Caller } from '../../domain/caller.ts';

/** Who may call a route. Without a decorator only accounts may. */
export type Access =
  /** Accounts and anonymous callers; a token that is present must be valid. */
  | 'anyone'
  /** The credentials in the body are the proof; a token that comes along is not looked at. */
  | 'credentials'
  /** Documents, pages and health: there is no caller. */
  | 'public';

export const ACCESS = 'access';
export const COUNTED_BY = 'counted_by';

/** A request after the guards. */
export interface CallerRequest extends Request {
  caller: Caller;
  /** Seconds until the caller may send the next counted request. */
  nextRequestIn: number;
  /** Why the token that came along is not believed; thrown once the request has been counted. */
  refusal?: ApplicationError;
}

/** Opens a route to anonymous callers too, and says so in the OpenAPI document. */
export const AnonymousToo = (): MethodDecorator & ClassDecorator =>
  applyDecorators(SetMetadata(ACCESS, 'anyone'), ApiBearerAuth(), ApiSecurity({}));

/** For routes whose body is the proof; they count against the address, whatever token comes along. */
export const ByCredentials = (): MethodDecorator & ClassDecorator =>
  applyDecorators(SetMetadata(ACCESS, 'credentials'), ApiSecurity({}));

/** For accounts alone: what every route is without a decorator, and what its OpenAPI security says. */
export const AccountsOnly = (): MethodDecorator & ClassDecorator => applyDecorators(ApiBearerAuth());

/** For documents, pages and health: no caller, and not counted. */
export const Public = (): MethodDecorator & ClassDecorator =>
  applyDecorators(SetMetadata(ACCESS, 'public'), SetMetadata(COUNTED_BY, 'nobody'), ApiSecurity({}));

/** The bucket that a route's requests are taken from, if not the caller's. */
export type CountedBy =
  /** Refreshing: by session, so that many people behind one address can stay signed in. */
  | 'session'
  /** Registering and logging in: by address, so that a used-up minute does not bar the way to an account. */
  | 'sign-in'
  /** Results: by caller, so that whoever has waited for one can fetch it. */
  | 'download'
  | 'nobody';

/** Names the bucket that a route's requests are taken from. */
export const CountedBy = (bucket: CountedBy): MethodDecorator & ClassDecorator => SetMetadata(COUNTED_BY, bucket);

/** The caller of the request. */
export const CurrentCaller = createParamDecorator(
  (_data: unknown, context: ExecutionContext): Caller => context.switchToHttp().getRequest<CallerRequest>().caller,
);
