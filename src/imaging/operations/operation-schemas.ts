import { COLOR_FORMS } from '../domain/color.ts';
import type { ImageLimits } from '../domain/image-limits.ts';
import { boundUnder, type IntegerParameter, isRequired, otherSpellings, type Parameter } from '../domain/parameter.ts';
import { type AnyOperationDefinition, OPERATIONS } from './operations.ts';

/** A JSON schema, as OpenAPI 3.1 has them. */
type Schema = Record<string, unknown>;

/** The limits of both kinds of caller, and the farthest that those of a single account can be. */
interface LimitsByCaller {
  readonly anonymous: ImageLimits;
  readonly authenticated: ImageLimits;
  readonly utmost: ImageLimits;
}

/** Name of the union in the OpenAPI document. */
export const OPERATION_SCHEMA = 'Operation';

/** What `operations` looks like, as a form sends it. */
export const OPERATIONS_EXAMPLE = JSON.stringify([
  { operation_type: 'resize', parameters: { width: 1200, height: 900, fit: 'inside' } },
  { operation_type: 'convert', parameters: { format: 'webp' } },
]);

/** JSON Schema's patterns know no flags. */
const COLOR = {
  type: 'string',
  pattern: '^(#([0-9a-fA-F]{3}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})|[tT][rR][aA][nN][sS][pP][aA][rR][eE][nN][tT])$',
  example: '#f4f1ea',
};

/** OpenAPI schemas of the operations and of their union, made from their definitions. */
export function operationSchemas(limits: LimitsByCaller): Record<string, Schema> {
  const each = OPERATIONS.map((definition) => [schemaName(definition.type), operationSchema(definition, limits)]);
  const mapping = OPERATIONS.map(({ type }) => [type, refTo(schemaName(type))]);
  const union: Schema = {
    description: 'One step of what is done to the picture',
    oneOf: OPERATIONS.map(({ type }) => ({ $ref: refTo(schemaName(type)) })),
    discriminator: { propertyName: 'operation_type', mapping: Object.fromEntries(mapping) },
  };
  return { ...Object.fromEntries(each), [OPERATION_SCHEMA]: union };
}

function operationSchema(
  { type, about, parameters, checkSchema }: AnyOperationDefinition,
  limits: LimitsByCaller,
): Schema {
  const members = Object.entries<Parameter>(parameters);
  const required = members.filter(([, parameter]) => isRequired(parameter)).map(([name]) => name);
  const properties = members.map(([name, parameter]) => [name, parameterSchema(parameter, limits)]);
  return {
    type: 'object',
    description: about,
    required: ['operation_type', 'parameters'],
    additionalProperties: false,
    properties: {
      operation_type: { type: 'string', enum: [type] },
      parameters: {
        type: 'object',
        // An empty list is not valid before OpenAPI 3.1.
        ...(required.length > 0 && { required }),
        ...together(members),
        ...checkSchema,
        additionalProperties: false,
        properties: Object.fromEntries(properties),
      },
    },
  };
}

/**
 * What parameters say of each other: one that may be left out beside another, and those that go with a value of another.
 * Not by `anyOf`, of which generators of clients make a type that may be anything, nor by `if`, of which ReDoc makes two cases.
 */
function together(members: readonly (readonly [string, Parameter])[]): Schema {
  const [either] = members.flatMap(([name, { unless }]) => (unless === undefined ? [] : [[name, unless] as const]));
  const dependent = members.flatMap(([name, { onlyWith }]) => {
    if (!onlyWith) return [];
    const { parameter, value } = onlyWith;
    return [[name, { required: [parameter], properties: { [parameter]: { enum: [value] } } }] as const];
  });
  return {
    ...(either && { not: { properties: Object.fromEntries(either.map((name) => [name, { not: {} }])) } }),
    ...(dependent.length > 0 && { dependentSchemas: Object.fromEntries(dependent) }),
  };
}

function parameterSchema(parameter: Parameter, limits: LimitsByCaller): Schema {
  const { default: byDefault } = parameter;
  const common = byDefault === undefined ? {} : { default: byDefault };
  if (parameter.kind === 'integer') return { ...integerSchema(parameter, limits), ...common };
  if (parameter.kind === 'color')
    return { ...COLOR, description: `${parameter.about}: ${COLOR_FORMS}, which is white in a JPEG`, ...common };
  if (parameter.kind === 'flag') return { type: 'boolean', description: parameter.about, ...common };
  const { values, about } = parameter;
  const others = otherSpellings(parameter);
  return {
    type: typeof values[0] === 'number' ? 'integer' : 'string',
    enum: [...values],
    description: others ? `${about}; ${others}` : about,
    ...common,
  };
}

/** The bounds are those of any account; what most have is told in words. */
function integerSchema({ from, to, about, example }: IntegerParameter, limits: LimitsByCaller): Schema {
  const { anonymous, authenticated, utmost } = limits;
  const range = (of: ImageLimits) => `${boundUnder(of, from)}-${boundUnder(of, to)}`;
  const ranges =
    range(anonymous) === range(authenticated)
      ? range(authenticated)
      : `${range(authenticated)} for signed-in callers, ${range(anonymous)} for anonymous ones`;
  const isOfPolicy = typeof from === 'string' || typeof to === 'string';
  const words = isOfPolicy ? `; ${ranges} unless \`GET /api/limits/\` says otherwise` : '';
  const [minimum, maximum] = [boundUnder(utmost, from), boundUnder(utmost, to)];
  const bounds = { minimum, ...(maximum < Number.POSITIVE_INFINITY && { maximum }) };
  return { type: 'integer', ...bounds, description: `${about}${words}`, ...(example !== undefined && { example }) };
}

function schemaName(type: string): string {
  return `${type.charAt(0).toUpperCase()}${type.slice(1)}`;
}

function refTo(name: string): string {
  return `#/components/schemas/${name}`;
}
