import { applyDecorators, createParamDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import { ApiBearerAuth, ApiSecurity } from '@nestjs/swagger';
import type { Request } from 'express';
import { ProblemResponses } from '../../../shared/http/api-problems.ts';
import { requestProblems } from '../../../shared/problems.ts';
import type { Caller } from '../../domain/caller.ts';
import { accountProblems } from '../../domain/errors.ts';
import type { RouteScope } from '../../domain/scope.ts';

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
export const SCOPE = 'scope';

/** Name of the OpenAPI security scheme of API keys; the one of access tokens has the library's own name. */
export const KEY_SECURITY = 'api-key';

/** A request after the guards. */
export interface CallerRequest extends Request {
  caller: Caller;
  /** Whole seconds, from the moment of the call, until the caller may send the next counted request. */
  nextRequestIn(): number;
}

/** The bucket that a route's requests are taken from, if not the caller's. */
export type CountedBy =
  /** Refreshing and logging out: by session, so that many people behind one address can stay signed in, and leave. */
  | 'session'
  /** Registering and logging in: by address, so that a used-up minute does not bar the way to an account. */
  | 'sign-in'
  /** Results: by caller, so that whoever has waited for one can fetch it. */
  | 'download'
  /** Many results in one file: from the bucket of downloads, as ten of them. */
  | 'archive'
  | 'nobody';

/** How a route is opened. */
interface Opening {
  /** What opens it to API keys; left out, no key reaches it. */
  readonly scope?: RouteScope;
  readonly countedBy?: CountedBy;
}

const { invalidToken, missingScope, notAuthenticated } = accountProblems;

/** Opens a route to anonymous callers too, and to keys with the scope; documents its security and its refusals. */
export const AnonymousToo = (opening: Opening = {}): MethodDecorator & ClassDecorator =>
  applyDecorators(SetMetadata(ACCESS, 'anyone'), Opened(opening), ApiSecurity({}));

/** For accounts alone, and keys with the scope: what every route is without a decorator, and its documents. */
export const AccountsOnly = (opening: Opening = {}): MethodDecorator & ClassDecorator => Opened(opening);

/** For routes whose body is the proof; they count against the address, whatever token comes along. */
export const ByCredentials = ({ countedBy }: Pick<Opening, 'countedBy'> = {}): MethodDecorator & ClassDecorator =>
  applyDecorators(SetMetadata(ACCESS, 'credentials'), Counted(countedBy), ApiSecurity({}));

/**
 * Opens a route to tokens and API keys; whatever it asks of a key, another one is refused with `missing_scope`. Where the
 * operator wants an account of everybody, those who have none are refused on every route.
 */
const Opened = ({ scope, countedBy }: Opening): MethodDecorator & ClassDecorator =>
  applyDecorators(
    ApiBearerAuth(),
    ...(scope ? [SetMetadata(SCOPE, scope), ApiSecurity(KEY_SECURITY, scope === 'any' ? [] : [scope])] : []),
    ProblemResponses(notAuthenticated, invalidToken, ...(scope === 'any' ? [] : [missingScope])),
    Counted(countedBy),
  );

const Counted = (bucket: CountedBy | undefined): MethodDecorator & ClassDecorator =>
  applyDecorators(
    SetMetadata(COUNTED_BY, bucket),
    ...(bucket === 'nobody' ? [] : [ProblemResponses(requestProblems.tooManyRequests)]),
  );

/** For documents, pages and health: no caller, and not counted. */
export const Public = (): MethodDecorator & ClassDecorator =>
  applyDecorators(SetMetadata(ACCESS, 'public'), SetMetadata(COUNTED_BY, 'nobody'), ApiSecurity({}));

/** The caller of the request. */
export const CurrentCaller = createParamDecorator(
  (_data: unknown, context: ExecutionContext): Caller => context.switchToHttp().getRequest<CallerRequest>().caller,
);

/** The id of the caller's account, on a route for accounts alone; on another one the request fails. */
export const CurrentAccount = createParamDecorator(
  (_data: unknown, context: ExecutionContext): string =>
    context.switchToHttp().getRequest<CallerRequest>().caller.ownAccountId,
);
