import { Logger } from '@nestjs/common';
import type { NextFunction, Response } from 'express';
import type { IdentifiedRequest } from '../shared/http/request.ts';
import { withinRequest } from './request-scope.ts';

/** What the guards leave on a request of a known caller. */
type AnsweredRequest = IdentifiedRequest & { caller?: { accountId: string | null } };

const JOB = /\/api\/images\/([0-9a-f-]{36})\b/i;

/**
 * Writes one line a request when its answer is out: route, status, milliseconds, account or address, job. Of its
 * headers, query and body nothing is logged. What asks every few seconds, and files of pages, are for debugging.
 */
export function logRequests(request: IdentifiedRequest, response: Response, next: NextFunction): void {
  const started = performance.now();
  response.once('close', () => writeLine(request, response, performance.now() - started));
  withinRequest(request.id, next);
}

const logger = new Logger('Request');

function writeLine(request: AnsweredRequest, response: Response, milliseconds: number): void {
  const { method, caller } = request;
  const route: string | undefined = request.route?.path;
  const { statusCode: status } = response;
  const ms = Math.round(milliseconds * 10) / 10;
  const line = {
    // The response may outlive the scope of its request.
    request_id: request.id,
    method,
    ...(route === undefined ? { path: request.path } : { route }),
    status,
    ms,
    ...(caller?.accountId ? { account: caller.accountId } : { address: request.ip }),
    ...jobOf(request, response),
    ...(response.writableFinished ? {} : { aborted: true }),
  };
  const message = `${method} ${route ?? request.path} ${status} in ${ms} ms`;
  if (isQuiet(request, route, status)) logger.debug(line, message);
  else logger.log(line, message);
}

/** The job that the request names, or that it has made. */
function jobOf({ path }: AnsweredRequest, response: Response): { job?: string } {
  const [, job] = JOB.exec(path) ?? JOB.exec(String(response.getHeader('Location') ?? '')) ?? [];
  return job === undefined ? {} : { job: job.toLowerCase() };
}

function isQuiet({ path }: AnsweredRequest, route: string | undefined, status: number): boolean {
  return status < 400 && (route === undefined || path.startsWith('/health/'));
}
