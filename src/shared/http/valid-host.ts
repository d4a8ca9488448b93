import { isIPv6 } from 'node:net';
import type { NextFunction, Request, Response } from 'express';
import type { ApplicationError } from '../application-error.ts';
import { expectation } from '../expectation.ts';
import { requestProblems } from '../problems.ts';

const HOST = /^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9.])?)(?::(\d{1,5}))?$/;

/** Refuses a request from which no absolute URL can be made: answers are full of them. */
export function validHost(request: Request, _response: Response, next: NextFunction): void {
  next(faultOf(request));
}

/** Whether the scheme and host that the request names, or a trusted proxy for it, can start a URL. */
export function hasValidHost(request: Request): boolean {
  return faultOf(request) === undefined;
}

function faultOf(request: Request): ApplicationError | undefined {
  const { host, headersDistinct, protocol } = request;
  const given = headersDistinct.host ?? [];
  if (given.length !== 1) return refusal('one valid host and port', 'Host', given.join(', '));
  if (!isHost(host)) {
    // Express has the host of a proxy that it trusts, and else the request's own.
    const name = host === given[0] ? 'Host' : 'X-Forwarded-Host';
    return refusal('one valid host and port', name, host ?? '');
  }
  return /^https?$/i.test(protocol) ? undefined : refusal('http or https', 'X-Forwarded-Proto', protocol);
}

/** Names that end in a number are addresses to whoever parses a URL, and may be none: `999.999.999.999`, `a.0x`. */
function isHost(text = ''): boolean {
  const [, name = '', port = '0'] = HOST.exec(text) ?? [];
  const isName = name.startsWith('[') ? isIPv6(name.slice(1, -1)) : name !== '';
  return isName && Number(port) <= 65_535 && URL.canParse(`http://${text}`);
}

function refusal(expected: string, header: string, received: string): ApplicationError {
  return requestProblems.malformedRequest.error(expectation(expected, header, received));
}
