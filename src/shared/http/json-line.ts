import type { NextFunction, Request, Response } from 'express';

/** Ends JSON answers with a line end, so that a terminal's next prompt stands on a line of its own. */
export function jsonLine(_request: Request, response: Response, next: NextFunction): void {
  response.json = (body: unknown) => {
    if (!response.hasHeader('Content-Type')) response.setHeader('Content-Type', 'application/json; charset=utf-8');
    return response.send(`${JSON.stringify(body)}\n`);
  };
  next();
}
