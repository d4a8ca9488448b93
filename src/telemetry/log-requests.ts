import { Logger } from '@nestjs/common';
import type { NextFunction, Response } from 'express';
import type { RawRefusal } from '../shared/http/node-refusals.ts';
import type { IdentifiedRequest } from '../shared/http/request.ts';
import { withinRequest } from './request-scope.ts';
import { sentStatus } from './sent-status.ts';

/** What the guards leave on a request of a known caller. */
type AnsweredRequest = IdentifiedRequest & { caller?: { accountId: string | null } };

const JOB = /\/api\/images\/([0-9a-f-]{36})\b/i;

/**
 * Writes one line a request when its answer is out: route, status (499 when its client hung up before any), milliseconds,
 * account or address, job. Of its headers, query and body nothing is logged. What asks every few seconds, and files of
 * pages, are for debugging.
 */
export function logRequests(request: IdentifiedRequest, response: Response, next: NextFunction): void {
  const started = performance.now();
  response.once('close', () => writeLine(request, response, performance.now() - started));
  withinRequest(request.id, next);
}

/** Writes the line of what Node refused before there was a request, or a path or method that could be told. */
export function logRefusal(refusal: RawRefusal): void {
  logger.log(refusal, `${refusal.code} ${refusal.status} before there was a request`);
}

const logger = new Logger('Request');

function writeLine(request: AnsweredRequest, response: Response, milliseconds: number): void {
  const { method, caller } = request;
  const route: string | undefined = request.route?.path;
  const status = sentStatus(response);
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
