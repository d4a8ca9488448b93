import { Logger } from '@nestjs/common';
import type { NextFunction, Request, RequestHandler, Response } from 'express';

/** Express's `trust proxy` for a setting: `off`, a hop count, or a list of addresses. */
export function trustedProxies(setting: string | number): boolean | number | string {
  return setting === 'off' ? false : setting;
}

/** Tells the operator, once, that a proxy seems to stand before a service that does not know of it. */
export function warnOfUntrustedProxy(setting: string | number): RequestHandler {
  const logger = new Logger('TrustProxy');
  let warned = setting !== 'off';
  return (request: Request, _response: Response, next: NextFunction) => {
    if (!warned && request.headers['x-forwarded-for'] !== undefined) {
      warned = true;
      logger.warn(
        'A request came with X-Forwarded-For while TRUST_PROXY is off: all clients behind that proxy count as one. Set TRUST_PROXY to its address or to the number of hops.',
      );
    }
    next();
  };
}
