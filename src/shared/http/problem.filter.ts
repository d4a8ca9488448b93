import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import type { Response } from 'express';
import { ApplicationError } from '../application-error.ts';
import { isConnectionLoss } from '../connection-loss.ts';
import { shown } from '../expectation.ts';
import { requestProblems } from '../problems.ts';
import { allowedMethods } from './allowed-methods.ts';
import { httpProblems, statusOf } from './http-problems.ts';
import { JSON_BYTES } from './middleware.ts';
import { PROBLEM_TYPE, type ProblemDocument, problemDocument, problemHeaders } from './problem-document.ts';
import { addressOf, baseUrlOf, type IdentifiedRequest } from './request.ts';
import { hasValidHost } from './valid-host.ts';

/** Writes the page that a person reads instead of a problem document; sets the headers that it needs. */
export type ProblemPage = (document: ProblemDocument, response: Response) => string;

/** Answers every error, the framework's included, as a problem document; browsers that ask for a page get one. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('Problem');

  constructor(
    private readonly publicUrl: string | null,
    private readonly page: ProblemPage,
  ) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<IdentifiedRequest>();
    const response = host.switchToHttp().getResponse<Response>();
    // A client that hung up in the middle of its own request reads nothing.
    if (request.destroyed && !request.complete) return void response.destroy();
    const error = thrown instanceof ApplicationError ? thrown : translated(thrown, request);
    if (statusOf(error.problem) >= 500 && !error.details.isLogged) this.log(error, thrown);
    if (response.headersSent) return void response.destroy();
    this.answer(error, request, response);
  }

  /** A refusal on purpose with no cause (a full queue) is whole with its sentence; any other has a stack to be read. */
  private log(error: ApplicationError, thrown: unknown): void {
    const { problem, detail, details } = error;
    if (thrown === error && details.cause === undefined) this.logger.warn(`${problem.code}: ${detail}`);
    else this.logger.error({ err: details.cause ?? thrown }, detail);
  }

  /** Answers a request with an error, as long as nothing of another answer is out. */
  answer(error: ApplicationError, request: IdentifiedRequest, response: Response): void {
    const context = {
      baseUrl: safeBaseUrl(request, this.publicUrl),
      instance: uriReference(request.originalUrl.split('?')[0] ?? '/'),
      requestId: request.id,
    };
    for (const [name, value] of Object.entries(problemHeaders(error))) response.setHeader(name, value);
    response.removeHeader('Content-Disposition');
    const document = problemDocument(error, context);
    response.vary('Accept').status(document.status);
    // As bytes: to a text Express would add a charset, which the media type of problems does not have.
    response.send(Buffer.from(wantsPage(request) ? this.page(document, response) : `${JSON.stringify(document)}\n`));
  }
}

/** Whether a browser asks for a page to show; programs take what comes, or ask for JSON. */
function wantsPage(request: IdentifiedRequest): boolean {
  return request.method === 'GET' && request.accepts([PROBLEM_TYPE, 'json', 'html']) === 'html';
}

/** A path as it came, with what may not stand in a URI escaped. */
function uriReference(path: string): string {
  return path.replaceAll(/%(?![0-9a-f]{2})|[^\w\-.~!$&'()*+,;=:@/%]/gi, encodeURIComponent);
}

/** What the address in `type` starts with. */
function safeBaseUrl(request: IdentifiedRequest, publicUrl: string | null): string {
  return publicUrl !== null || hasValidHost(request) ? baseUrlOf(request, publicUrl) : addressOf(request.socket);
}

/** Errors of the framework and of libraries, in the product's words. */
function translated(thrown: unknown, request: IdentifiedRequest): ApplicationError {
  const type = (thrown as { type?: string } | null)?.type;
  const status = thrown instanceof HttpException ? thrown.getStatus() : (thrown as { status?: number } | null)?.status;
  if (type === 'entity.too.large') {
    return requestProblems.bodyTooLarge.error(
      `Expected a JSON body of at most ${JSON_BYTES} bytes, received a larger one`,
    );
  }
  if (type === 'encoding.unsupported' || type === 'charset.unsupported') {
    return requestProblems.unsupportedMediaType.error(
      `Expected a body in UTF-8 without an unknown encoding, received another one`,
    );
  }
  if (type === 'entity.parse.failed') {
    // The parser's own words repeat the text around the fault, and that may be a password.
    return requestProblems.malformedRequest.error('Expected a JSON body, received a text that is not JSON');
  }
  if (status === 404) return missingRoute(request);
  if (status === 400 || thrown instanceof URIError) {
    return requestProblems.malformedRequest.error(
      `Expected a request that can be read, received one that cannot: ${shown((thrown as Error).message)}`,
    );
  }
  if (status === 503 || isConnectionLoss(thrown) || isShortage(thrown)) {
    const detail = 'Expected every part of the service to answer, found one that does not';
    return requestProblems.unavailable.error(detail, { retryAfter: 5, cause: thrown });
  }
  return requestProblems.internalError.error('Something went wrong on our side; the request_id finds it in the log', {
    cause: thrown,
  });
}

/** What the system has not enough of at the moment: descriptors, memory, room on a disk, or a disk that works. */
const SHORTAGES = new Set(['EMFILE', 'ENFILE', 'ENOMEM', 'ENOSPC', 'EDQUOT', 'EROFS', 'EIO']);

function isShortage(thrown: unknown): boolean {
  return SHORTAGES.has((thrown as NodeJS.ErrnoException | null)?.code ?? '');
}

function missingRoute(request: IdentifiedRequest): ApplicationError {
  const allowed = allowedMethods(request);
  const path = request.path;
  if (allowed.length === 0) {
    return requestProblems.notFound.error(`Expected a documented path, received ${shown(path)}`);
  }
  const methods = allowed.join(', ');
  return httpProblems.methodNotAllowed.error(
    `Expected one of ${methods} for ${shown(path)}, received ${request.method}`,
    {
      headers: { Allow: methods },
    },
  );
}
