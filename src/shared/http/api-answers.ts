import type { NextFunction, Request, RequestHandler, Response } from 'express';

/** Paths of the API: their answers are JSON, events or pictures, where what headers say of pages means nothing. */
const API_PATH = /^\/(?:accounts|health)(?:\/|$)|^\/api\/(?!docs|documentation|redoc|schema)/;

/**
 * What an answer of the API needs: opened as a page, nothing in it may run and no page may frame it; it is nothing but
 * what its type says; and pages of other origins may show its pictures.
 */
const HEADERS = {
  'Content-Security-Policy': "default-src 'none';frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Cross-Origin-Resource-Policy': 'cross-origin',
};

/** Gives answers of the API their own headers, and all other ones those of pages. */
export function answerHeaders(pageHeaders: RequestHandler): RequestHandler {
  return (request: Request, response: Response, next: NextFunction) => {
    if (!isApiPath(request)) return void pageHeaders(request, response, next);
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    next();
  };
}

/** Leaves requests of the API out. */
export function exceptApi(handler: RequestHandler): RequestHandler {
  return (request: Request, response: Response, next: NextFunction) =>
    isApiPath(request) ? next() : handler(request, response, next);
}

function isApiPath({ path }: Request): boolean {
  return API_PATH.test(path);
}
