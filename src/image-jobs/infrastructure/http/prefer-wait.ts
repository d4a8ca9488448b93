import { ApiHeader, type ApiResponseOptions } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import type { Caller } from '../../../accounts/domain/caller.ts';
import type { Final, WaitUntilFinal, Watched } from '../../application/wait-until-final.ts';

/** Longest wait, in seconds; who asks for more gets this. */
const MOST_SECONDS = 30;

/** One preference or one of its parameters (RFC 7240, 2), with the delimiter before it. */
const PREFERENCE = /(^|[,;])\s*([\w!#$%&'*+.^`|~-]+)(?:\s*=\s*(?:"([^"\\]*)"|"(?:[^"\\]|\\.)*"|([^\s,;"]*)))?/g;

/** Documents the `Prefer` header of a route. */
export const PreferWait = (): MethodDecorator =>
  ApiHeader({
    name: 'Prefer',
    description: `\`wait=N\` (RFC 7240): answer as soon as the job is final, or with its state after N seconds (at most ${MOST_SECONDS})`,
    schema: { type: 'string' },
    example: 'wait=20',
  });

/** The header that says that the server has waited. */
export const PREFERENCE_APPLIED: ApiResponseOptions['headers'] = {
  'Preference-Applied': {
    description: 'The wait that was granted; absent when none was asked for, or no waiting place is left',
    schema: { type: 'string' },
    example: 'wait=20',
  },
};

/**
 * Waits as the request's `Prefer: wait=N` asks; undefined when it does not ask, or no place is left. What was
 * `made` under a watch is not looked at before that wakes.
 * @throws what looking for it throws
 */
export async function answeredWhenFinal<T extends Final>(
  wait: WaitUntilFinal<T>,
  caller: Caller,
  id: string,
  request: Request,
  response: Response,
  made?: Watched<T>,
): Promise<T | undefined> {
  const seconds = preferredWait(request.headers.prefer);
  if (seconds === undefined) return undefined;
  const found = await wait.execute(caller, id, { seconds, gone: hangUpOf(response) }, made);
  if (found) response.setHeader('Preference-Applied', `wait=${seconds}`);
  return found;
}

/** Seconds of the first `wait` in a `Prefer` header, at most 30; undefined when it has none that is a positive integer. */
export function preferredWait(prefer: string | string[] | undefined): number | undefined {
  if (prefer === undefined) return undefined;
  for (const [, delimiter, name, quoted, plain] of [prefer].flat().join(',').matchAll(PREFERENCE)) {
    if (delimiter === ';' || name?.toLowerCase() !== 'wait') continue;
    const value = quoted ?? plain ?? '';
    return /^0*[1-9]\d*$/.test(value) ? Math.min(Number(value), MOST_SECONDS) : undefined;
  }
  return undefined;
}

/** Aborted when the client hangs up; the request's own `close` would come as soon as its body has been read. */
function hangUpOf(response: Response): AbortSignal {
  const hangUp = new AbortController();
  // Without a reason of ours it would make an exception, stack and all, for each request.
  const abort = () => hangUp.abort('The client has gone');
  if (response.destroyed) abort();
  else response.once('close', abort);
  return hangUp.signal;
}
