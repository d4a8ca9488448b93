import { parseCookie } from 'cookie';
import type { Request, Response } from 'express';
import { secondsBetween } from '../../../shared/clock.ts';
import { expectation } from '../../../shared/expectation.ts';
import { baseUrlOf } from '../../../shared/http/request.ts';
import { accountProblems } from '../../domain/errors.ts';

const COOKIE = 'imagepro_refresh';

/** The refresh token of a request: in its body, or in the cookie of this service's own pages. */
export function refreshTokenOf(request: Request): string | undefined {
  const { refresh } = (request.body ?? {}) as { refresh?: unknown };
  return typeof refresh === 'string' ? refresh : cookieOf(request);
}

/** Whether the request brings its refresh token in the cookie. */
export function usesCookie(request: Request): boolean {
  const { refresh } = (request.body ?? {}) as { refresh?: unknown };
  return refresh === undefined && cookieOf(request) !== undefined;
}

/**
 * A browser sends the cookie along, and keeps one that it is given, by itself: its page must be ours.
 * @throws foreign_origin
 */
export function assertOwnOrigin(request: Request, publicUrl: string | null): void {
  const own = new URL(baseUrlOf(request, publicUrl)).origin;
  const { origin } = request.headers;
  if (origin !== own) throw accountProblems.foreignOrigin.error(expectation(own, 'Origin', origin));
}

/** Keeps the token where scripts cannot read it and other sites cannot send it. */
export function setRefreshCookie(
  response: Response,
  token: string,
  life: { now: Date; expiresAt: Date },
  baseUrl: string,
): void {
  response.cookie(COOKIE, token, { ...attributes(baseUrl), maxAge: secondsBetween(life.now, life.expiresAt) * 1000 });
}

export function clearRefreshCookie(response: Response, baseUrl: string): void {
  response.clearCookie(COOKIE, attributes(baseUrl));
}

/** The address that browsers see decides about `Secure`: behind a proxy the request itself may come without TLS. */
function attributes(baseUrl: string) {
  const secure = baseUrl.startsWith('https:');
  return { httpOnly: true, sameSite: 'strict', path: '/accounts/', secure } as const;
}

function cookieOf(request: Request): string | undefined {
  return parseCookie(request.headers.cookie ?? '')[COOKIE];
}
