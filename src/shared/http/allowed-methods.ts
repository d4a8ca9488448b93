import { METHODS } from 'node:http';
import type { NextFunction, Request, Response } from 'express';

interface RouterLayer {
  route?: { path: string; methods: Record<string, boolean> };
  match(path: string): boolean;
}

/** The methods that the routes at this request's path support; empty when there is no such path. */
export function allowedMethods(request: Request): string[] {
  const { stack } = request.app.router as unknown as { stack: RouterLayer[] };
  const routes = stack
    .filter((layer) => matches(layer, request.path))
    .flatMap(({ route }) => route ?? [])
    // Middleware stands at every path, for every method, and so does what answers wherever nothing else does.
    .filter((route) => Object.keys(route.methods).length < METHODS.length);
  // A path that is written out is no parameter of another one: `plan` is no id.
  const literal = routes.filter(({ path }) => !/[:*]/.test(path));
  const methods = (literal.length > 0 ? literal : routes)
    .flatMap((route) => Object.keys(route.methods))
    .map((method) => method.toUpperCase());
  const all = new Set(methods.includes('GET') ? [...methods, 'HEAD', 'OPTIONS'] : [...methods, 'OPTIONS']);
  return methods.length === 0 ? [] : [...all].sort();
}

/** Answers `OPTIONS` with the methods of the path; preflights have been told already what they ask. */
export function answerOptions(request: Request, response: Response, next: NextFunction): void {
  const isPreflight = request.headers['access-control-request-method'] !== undefined;
  const allowed = request.method === 'OPTIONS' && !isPreflight ? allowedMethods(request) : [];
  if (request.method !== 'OPTIONS' || (!isPreflight && allowed.length === 0)) {
    next();
    return;
  }
  if (!isPreflight) response.setHeader('Allow', allowed.join(', '));
  response.status(204).end();
}

/** A path that cannot be decoded matches nothing. */
function matches(layer: RouterLayer, path: string): boolean {
  try {
    return layer.match(path);
  } catch {
    return false;
  }
}
