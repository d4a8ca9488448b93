import type { Express, Response } from 'express';

/**
 * Ends JSON answers with a line end, so that a terminal's next prompt stands on a line of its own. They go out as they are:
 * Express would read their type once more, compare validators that they do not have, and write head and body apart.
 */
export function answerInLines({ response }: Express): void {
  response.json = function json(this: Response, body: unknown): Response {
    if (!this.hasHeader('Content-Type')) this.setHeader('Content-Type', 'application/json; charset=utf-8');
    const text = `${JSON.stringify(body)}\n`;
    // Node itself would not tell it in answer to HEAD.
    this.setHeader('Content-Length', Buffer.byteLength(text));
    return this.end(text);
  };
}
