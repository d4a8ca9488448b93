import type { Server } from 'node:http';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter, type NestExpressApplication } from '@nestjs/platform-express';
import express, { type Response } from 'express';
import helmet from 'helmet';
import { AppModule } from './app.module.ts';
import type { Settings } from './settings/settings.ts';
import type { Clock } from './shared/clock.ts';
import { answerOptions } from './shared/http/allowed-methods.ts';
import { answerHeaders } from './shared/http/api-answers.ts';
import { CheckedBodyPipe } from './shared/http/checked-body.pipe.ts';
import { closeWithoutWaiting } from './shared/http/close-without-waiting.ts';
import { joinedChunks } from './shared/http/joined-chunks.ts';
import { answerInLines } from './shared/http/json-line.ts';
import { boundedDrain, jsonBody, metExpectation, neverCached, requestId } from './shared/http/middleware.ts';
import { answerNodeRefusals } from './shared/http/node-refusals.ts';
import { ProblemFilter } from './shared/http/problem.filter.ts';
import type { IdentifiedRequest } from './shared/http/request.ts';
import { forwardedAddresses, trustedProxies, warnOfUntrustedProxy } from './shared/http/trust-proxy.ts';
import { validHost } from './shared/http/valid-host.ts';
import { logRefusal, logRequests } from './telemetry/log-requests.ts';
import { measureRequests } from './telemetry/measure-requests.ts';
import { Metrics } from './telemetry/metrics.ts';
import { QUIET_START, useServiceLog } from './telemetry/service-logger.ts';
import { ApiDocument } from './web/api-document.ts';
import { openApiDocument } from './web/documents/openapi-document.ts';
import { refusalPage } from './web/pages/refusal-page.ts';
import { serveWeb } from './web/serve-web.ts';

/** Headers that pages of other origins may read. */
const EXPOSED_HEADERS =
  'Location, Retry-After, RateLimit, RateLimit-Policy, X-Request-Id, ETag, Content-Disposition, Content-Range, Preference-Applied, Idempotent-Replayed';

/** How often Node looks for requests that take too long to arrive. */
const CONNECTIONS_CHECKED_EVERY_MS = 2000;

/** The service over HTTP, set up and not yet listening; `clock` is another one in tests. */
export async function createHttpApplication(settings: Settings, clock?: Clock): Promise<NestExpressApplication> {
  const app = await NestFactory.create<NestExpressApplication>(AppModule.with(settings, clock), caseSensitive(), {
    bodyParser: false,
    ...QUIET_START,
  });
  useServiceLog(app);
  const { http, security } = settings;
  app.set('trust proxy', trustedProxies(http.trustProxy));
  app.disable('x-powered-by');
  app.set('etag', false);
  app.set('query parser', 'simple');
  answerInLines(app.getHttpAdapter().getInstance());
  app.use(
    requestId,
    logRequests,
    measureRequests(app.get(Metrics)),
    boundedDrain,
    joinedChunks,
    warnOfUntrustedProxy(http.trustProxy),
    forwardedAddresses,
    answerHeaders(pageHeaders()),
    neverCached,
  );
  app.enableCors({
    origin: http.corsOrigins === '*' ? '*' : http.corsOrigins.split(',').map((origin) => origin.trim()),
    exposedHeaders: EXPOSED_HEADERS,
    maxAge: 3600,
    preflightContinue: true,
  });
  app.use(validHost, answerOptions, metExpectation, jsonBody());
  app.useGlobalPipes(new CheckedBodyPipe());
  const problems = new ProblemFilter(http.publicUrl, (problem, response) =>
    refusalPage(problem, response, security.registration === 'open'),
  );
  app.useGlobalFilters(problems);
  serveDocuments(app, settings);
  configureServer(app, settings, problems);
  return app;
}

/** What else goes by the path (headers, documents, caches) tells its letters apart too. */
function caseSensitive(): ExpressAdapter {
  const routing = express();
  // The adapter makes the router at once, so that this cannot be set afterwards.
  routing.enable('case sensitive routing');
  return new ExpressAdapter(routing);
}

/** Nothing in a page may run, and no page may frame it, unless it sets a policy of its own. */
function pageHeaders() {
  return helmet({
    contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
    crossOriginResourcePolicy: { policy: 'cross-origin' },
    // Whether its domain is served over https alone is for the operator's proxy to say.
    strictTransportSecurity: false,
  });
}

function serveDocuments(app: NestExpressApplication, settings: Settings): void {
  app.get(ApiDocument).madeBy(() => openApiDocument(app, settings));
  serveWeb(app);
}

function configureServer(app: NestExpressApplication, { http }: Settings, problems: ProblemFilter): void {
  const server: Server & { connectionsCheckingInterval?: number; requireHostHeader?: boolean } = app.getHttpServer();
  server.headersTimeout = http.headersTimeoutSeconds * 1000;
  server.keepAliveTimeout = http.keepAliveSeconds * 1000;
  server.requestTimeout = http.requestTimeoutSeconds * 1000;
  // Whoever stops reading would hold a file and its place for ever.
  server.timeout = http.stallSeconds * 1000;
  server.connectionsCheckingInterval = CONNECTIONS_CHECKED_EVERY_MS;
  // A missing Host is refused by the service's own check, as a problem.
  server.requireHostHeader = false;
  answerNodeRefusals(server, {
    publicUrl: http.publicUrl,
    // Which page asks is not known; where any page may, that does not matter.
    headers:
      http.corsOrigins === '*'
        ? { 'Access-Control-Allow-Origin': '*', 'Access-Control-Expose-Headers': EXPOSED_HEADERS }
        : {},
    // The service's own middleware has been before.
    answer: (error, request, response) => problems.answer(error, request as IdentifiedRequest, response as Response),
    log: logRefusal,
  });
  closeWithoutWaiting(server, http.shutdownGraceSeconds);
}
