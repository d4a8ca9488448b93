import type { Request } from 'express';

/** A request as the service's own middleware leaves it. */
export interface IdentifiedRequest extends Request {
  /** The client's `X-Request-Id`, or a new one. */
  id: string;
}

/** Scheme, host and path that absolute URLs in answers start with, without a slash at the end. */
export function baseUrlOf(request: Request, publicUrl: string | null): string {
  return (publicUrl ?? `${request.protocol}://${request.host}`).replace(/\/+$/, '');
}
