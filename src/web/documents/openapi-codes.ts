import type { OpenAPIObject } from '@nestjs/swagger';
import type { Problem } from '../../shared/application-error.ts';
import { OF_JOBS, OF_REQUESTS } from '../pages/problem-list.ts';

type Schemas = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>;

/** The schemas of problems and of failed jobs, with every code that they can have. */
export function withCodes(schemas: Schemas): Schemas {
  return {
    ...schemas,
    Problem: withCodesOf(schemas.Problem, [...OF_REQUESTS, ...OF_JOBS]),
    JobError: withCodesOf(schemas.JobError, OF_JOBS),
  };
}

function withCodesOf(schema: Schemas[string] | undefined, problems: readonly Problem[]): Schemas[string] {
  const { properties, ...rest } = schema as { properties: Record<string, object> };
  const codes = [...new Set(problems.map(({ code }) => code))].sort();
  return { ...rest, properties: { ...properties, code: { ...properties.code, enum: codes } } } as Schemas[string];
}
