import type { OpenAPIObject } from '@nestjs/swagger';

type Paths = OpenAPIObject['paths'];
type PathItem = Paths[string];
type Operation = NonNullable<PathItem['get']>;
type Headers = NonNullable<NonNullable<OpenAPIObject['components']>['headers']>;

/** Headers that answers of many routes carry. */
export const COMMON_HEADERS: Headers = {
  'X-Request-Id': {
    description:
      "The client's own `X-Request-Id` if it is 1-64 of `[A-Za-z0-9._-]`, else a new one; the log carries it",
    schema: { type: 'string' },
    example: '0b0f0f1e-5b0a-4c56-9d5b-0f9f0d8f4f0e',
  },
  RateLimit: {
    description: 'Requests left in the bucket that this one was taken from, and seconds until the next one is free',
    schema: { type: 'string' },
    example: '"caller";r=3;t=42',
  },
  'RateLimit-Policy': {
    description: 'That bucket: its name (`caller`, `sign-in` or `download`), requests, and seconds of the window',
    schema: { type: 'string' },
    example: '"caller";q=5;w=60',
  },
};

/** The same paths, with the common headers in every answer that carries them. */
export function withCommonHeaders(paths: Paths): Paths {
  return Object.fromEntries(Object.entries(paths).map(([path, item]) => [path, itemWithHeaders(item)]));
}

function itemWithHeaders(item: PathItem): PathItem {
  const operations = Object.entries(item).map(([method, { responses, ...operation }]: [string, Operation]) => [
    method,
    { ...operation, responses: mapped(responses, headersOf(responses)) },
  ]);
  return Object.fromEntries(operations);
}

/** Whatever is counted says so with the 429 that its decorators document: all other routes have none. */
function headersOf(responses: Operation['responses']): Headers {
  const names = Object.keys(COMMON_HEADERS).filter((name) => '429' in responses || name === 'X-Request-Id');
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}

function mapped(responses: Operation['responses'], headers: Headers): Operation['responses'] {
  const entries = Object.entries(responses).map(([status, response]) => [
    status,
    { ...response, headers: { ...(response && 'headers' in response && response.headers), ...headers } },
  ]);
  return Object.fromEntries(entries);
}
