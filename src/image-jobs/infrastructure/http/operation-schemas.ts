import type { OpenAPIObject } from '@nestjs/swagger';
import type { UsagePolicies } from '../../../accounts/domain/usage-policy.ts';
import type { Bound, Parameter } from '../../../imaging/domain/operation.ts';
import { type AnyOperationDefinition, OPERATIONS } from '../../../imaging/operations/operations.ts';

type Schema = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>[string];

const DEFINITIONS = OPERATIONS as readonly AnyOperationDefinition[];

/** Name of the union in the OpenAPI document. */
export const OPERATION_SCHEMA = 'Operation';

/** What `operations` looks like, as a form sends it. */
export const OPERATIONS_EXAMPLE = JSON.stringify([
  { operation_type: 'resize', parameters: { width: 1200, height: 900 } },
  { operation_type: 'convert', parameters: { format: 'webp' } },
]);

/** OpenAPI schemas of the operations and of their union, made from their definitions. */
export function operationSchemas(policies: UsagePolicies): Record<string, Schema> {
  const each = DEFINITIONS.map((definition) => [schemaName(definition.type), operationSchema(definition, policies)]);
  const mapping = DEFINITIONS.map(({ type }) => [type, refTo(schemaName(type))]);
  const union: Schema = {
    oneOf: DEFINITIONS.map(({ type }) => ({ $ref: refTo(schemaName(type)) })),
    discriminator: { propertyName: 'operation_type', mapping: Object.fromEntries(mapping) },
  };
  return { ...Object.fromEntries(each), [OPERATION_SCHEMA]: union };
}

function operationSchema({ type, about, parameters }: AnyOperationDefinition, policies: UsagePolicies): Schema {
  const members = Object.entries(parameters);
  const properties = members.map(([name, parameter]) => [name, parameterSchema(parameter, policies)]);
  return {
    type: 'object',
    description: about,
    required: ['operation_type', 'parameters'],
    additionalProperties: false,
    properties: {
      operation_type: { type: 'string', enum: [type] },
      parameters: {
        type: 'object',
        required: members.filter(([, parameter]) => isRequired(parameter)).map(([name]) => name),
        additionalProperties: false,
        properties: Object.fromEntries(properties),
      },
    },
  };
}

function parameterSchema(parameter: Parameter, { anonymous, authenticated }: UsagePolicies): Schema {
  if (parameter.kind === 'choice') {
    const { words, about } = parameter;
    return {
      type: 'string',
      enum: [...words],
      description: about,
      ...(parameter.default && { default: parameter.default }),
    };
  }
  const bound = (limit: Bound, policy: typeof anonymous) => (typeof limit === 'number' ? limit : limit(policy));
  const { from, to, about, example } = parameter;
  const [low, high] = [bound(from, anonymous), bound(to, anonymous)];
  const [lowest, highest] = [bound(from, authenticated), bound(to, authenticated)];
  const differs = low !== lowest || high !== highest;
  const range = differs ? `; ${lowest}-${highest} for signed-in callers, ${low}-${high} for anonymous ones` : '';
  const limits = { minimum: Math.min(low, lowest), maximum: Math.max(high, highest) };
  return { type: 'integer', ...limits, description: `${about}${range}`, example };
}

function isRequired(parameter: Parameter): boolean {
  return parameter.kind === 'integer' || parameter.default === undefined;
}

function schemaName(type: string): string {
  return `${type.charAt(0).toUpperCase()}${type.slice(1)}`;
}

function refTo(name: string): string {
  return `#/components/schemas/${name}`;
}
