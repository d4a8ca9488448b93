import { type CanActivate, type ExecutionContext, Injectable, SetMetadata } from '@nestjs/common';
import type { Request } from 'express';
import { RefusedBody } from './middleware.ts';

const READS_ITS_BODY = 'reads its body';

/** For a route that takes a body of its own kind, and refuses every other one itself. */
export const ReadsItsBody = (): MethodDecorator => SetMetadata(READS_ITS_BODY, true);

/**
 * Refuses JSON that cannot be read, also where a route takes no body. No interceptor, as with one Nest begins a stream of
 * events before its handler has said whether there are any.
 */
@Injectable()
export class ReadableBodyGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<Request>();
    const isForRoute = Reflect.getMetadata(READS_ITS_BODY, context.getHandler()) === true;
    if (request.body instanceof RefusedBody && !isForRoute && request.is('application/json')) throw request.body.reason;
    return true;
  }
}
