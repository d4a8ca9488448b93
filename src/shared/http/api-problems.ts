import type { Type } from '@nestjs/common';
import {
  ApiProperty,
  ApiPropertyOptional,
  type ApiResponseOptions,
  ApiSchema,
  DECORATORS,
  getSchemaPath,
} from '@nestjs/swagger';
import { FAULT_MEANINGS, type Problem } from '../application-error.ts';
import { requestProblems } from '../problems.ts';
import { statusOf } from './http-problems.ts';
import { PROBLEM_TYPE } from './problem-document.ts';

const FAULT_CODES = Object.keys(FAULT_MEANINGS);
const FAULT_WORDS = Object.entries(FAULT_MEANINGS)
  .map(([code, meaning]) => `\`${code}\`: ${meaning}`)
  .join('; ');

@ApiSchema({ name: 'Fault', description: 'One fault of a request' })
export class FaultDto {
  @ApiProperty({ description: 'JSON pointer into the request', example: '/operations/1/parameters/quality' })
  pointer: string;
  @ApiProperty({ enum: FAULT_CODES, description: FAULT_WORDS, example: 'invalid_value' }) code: string;
  @ApiProperty({ example: 'Expected an integer from 40 to 80 (limit of anonymous callers) for quality, received 95' })
  detail: string;
}

@ApiSchema({ name: 'Problem', description: 'A problem document (RFC 9457)' })
export class ProblemDto {
  @ApiProperty({ format: 'uri-reference', description: 'Address of the page that explains it' }) type: string;
  @ApiProperty() title: string;
  @ApiProperty({ type: 'integer' }) status: number;
  @ApiProperty({ description: 'What was expected, what came, and which limit was hit' }) detail: string;
  @ApiProperty({ format: 'uri-reference' }) instance: string;
  @ApiProperty({ description: 'Stable name of the problem' }) code: string;
  @ApiProperty({ description: 'Finds the request in the log' }) request_id: string;
  @ApiPropertyOptional({ type: [FaultDto], description: 'Every fault of the request' }) errors?: FaultDto[];
}

const { bodyTooLarge, malformedRequest, unsupportedMediaType, validationFailed } = requestProblems;

/** What any route that reads a body can answer with. */
export const BODY_PROBLEMS = [validationFailed, malformedRequest, bodyTooLarge, unsupportedMediaType];

/** Documents the problems that a route can answer with, one response a status; those of every route come by themselves. */
export function ApiProblems(...problems: Problem[]): MethodDecorator & ClassDecorator {
  const { internalError, malformedRequest, unavailable } = requestProblems;
  return ProblemResponses(malformedRequest, ...problems, internalError, unavailable);
}

/** Documents problems of a route, or of each route of a controller, before those that it documents already. */
export function ProblemResponses(...problems: Problem[]): MethodDecorator & ClassDecorator {
  return (target: object, _name?: string | symbol, route?: PropertyDescriptor) => {
    for (const { value: handler } of route ? [route] : routesOf(target as Type)) document(handler, problems);
  };
}

const DOCUMENTED = Symbol('documented problems');

function routesOf({ prototype }: Type): PropertyDescriptor[] {
  const methods = Object.values(Object.getOwnPropertyDescriptors(prototype));
  return methods.filter(({ value }) => typeof value === 'function' && Reflect.hasMetadata(DOCUMENTED, value));
}

/** `ApiResponse` would add the words for a status to those that it has, in place of telling all of its problems. */
function document(handler: object, problems: Problem[]): void {
  const all = new Set([...problems, ...(Reflect.getMetadata(DOCUMENTED, handler) ?? [])]);
  Reflect.defineMetadata(DOCUMENTED, all, handler);
  const responses = { ...Reflect.getMetadata(DECORATORS.API_RESPONSE, handler) };
  for (const [status, group] of Map.groupBy(all, statusOf)) responses[status] = problemResponse(status, group);
  Reflect.defineMetadata(DECORATORS.API_RESPONSE, responses, handler);
}

function problemResponse(status: number, problems: Problem[]): ApiResponseOptions {
  const example = ({ code, title, meaning }: Problem) => ({
    type: `/problems/${code}/`,
    title,
    status,
    detail: meaning,
    instance: '/',
    code,
    request_id: 'a2f0c6de',
  });
  return {
    description: problems.map(({ code, title }) => `\`${code}\`: ${title}`).join('; '),
    headers: headersOf(status, problems),
    content: {
      [PROBLEM_TYPE]: {
        schema: { $ref: getSchemaPath(ProblemDto) },
        examples: Object.fromEntries(
          problems.map((problem) => [problem.code, { summary: problem.title, value: example(problem) }]),
        ),
      },
    },
  };
}

function headersOf(status: number, problems: Problem[]): ApiResponseOptions['headers'] {
  if (status === 401) return { 'WWW-Authenticate': { schema: { type: 'string' } } };
  if (status === 416) return { 'Content-Range': { description: 'The size of the file', schema: { type: 'string' } } };
  if (!problems.some(tellsWhenToRetry)) return undefined;
  return { 'Retry-After': { description: 'Seconds to wait', schema: { type: 'integer' } } };
}

function tellsWhenToRetry({ kind, passes }: Problem): boolean {
  return passes === true || kind === 'too_many' || kind === 'unavailable';
}
