import type { OpenAPIObject } from '@nestjs/swagger';
import { OF_REQUESTS } from '../problem-list.ts';

type Schemas = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>;

/** The schemas, that of problems with every code that it can have: problems are of all modules, its DTO of none. */
export function withCodes(schemas: Schemas): Schemas {
  const { properties, ...rest } = schemas.Problem as { properties: Record<string, object> };
  const codes = OF_REQUESTS.map(({ code }) => code).sort();
  const Problem = { ...rest, properties: { ...properties, code: { ...properties.code, enum: codes } } };
  return { ...schemas, Problem: Problem as Schemas[string] };
}
