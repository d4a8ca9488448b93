import { Logger } from '@nestjs/common';
import type { NextFunction, Request, RequestHandler, Response } from 'express';

/** Express's `trust proxy` for a setting: `off`, a hop count, or a list of addresses. */
export function trustedProxies(setting: string | number): boolean | number | string {
  return setting === 'off' ? false : setting;
}

/** An address with its port, as some proxies write it: in brackets if it is one of IPv6. */
const WITH_PORT = /^(?:\[([^\]]+)\]|([^:]+))(?::\d*)?$/;

/**
 * Leaves of `X-Forwarded-For` the addresses alone: with its port each connection of a client would be a caller of its
 * own. RFC 7239's `Forwarded` is read by nobody here.
 */
export function forwardedAddresses(request: Request, _response: Response, next: NextFunction): void {
  const forwarded = request.headers['x-forwarded-for'];
  if (forwarded !== undefined) request.headers['x-forwarded-for'] = addressesIn(String(forwarded));
  next();
}

function addressesIn(forwarded: string): string {
  const addresses = forwarded.split(',').map((entry) => {
    const [, bracketed, plain] = WITH_PORT.exec(entry.trim()) ?? [];
    return bracketed ?? plain ?? entry.trim();
  });
  return addresses.join(', ');
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
