import type { NextFunction, Request, RequestHandler, Response } from 'express';
import type { Metrics } from './metrics.ts';
import { sentStatus } from './sent-status.ts';

/** Measures every request, by its route rather than its path, so that ids do not become labels. */
export function measureRequests({ requests }: Metrics): RequestHandler {
  return (request: Request, response: Response, next: NextFunction) => {
    const stop = requests.startTimer({ method: request.method });
    response.once('close', () => stop({ route: request.route?.path ?? 'none', status: sentStatus(response) }));
    next();
  };
}
