import { METHODS } from 'node:http';
import type { Request } from 'express';

interface RouterLayer {
  route?: { methods: Record<string, boolean> };
  match(path: string): boolean;
}

/** The methods that the routes at this request's path support; empty when there is no such path. */
export function allowedMethods(request: Request): string[] {
  const { stack } = request.app.router as unknown as { stack: RouterLayer[] };
  const methods = stack
    .filter((layer) => layer.route && matches(layer, request.path))
    .map((layer) => Object.keys(layer.route?.methods ?? {}))
    // Middleware stands at every path, for every method.
    .filter((methods) => methods.length < METHODS.length)
    .flat()
    .map((method) => method.toUpperCase());
  const all = new Set(methods.includes('GET') ? [...methods, 'HEAD', 'OPTIONS'] : [...methods, 'OPTIONS']);
  return methods.length === 0 ? [] : [...all].sort();
}

/** A path that cannot be decoded matches nothing. */
function matches(layer: RouterLayer, path: string): boolean {
  try {
    return layer.match(path);
  } catch {
    return false;
  }
}
