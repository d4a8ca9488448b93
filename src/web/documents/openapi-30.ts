import type { OpenAPIObject } from '@nestjs/swagger';

type Node = { [name: string]: unknown };

/**
 * The document as OpenAPI 3.0.3, for tools that stop there. Of what 3.1 added, this service's documents have types with
 * null, references with members beside them, conditions, roles of schemes, and the licence's identifier.
 */
export function asOpenApi30(document: OpenAPIObject): OpenAPIObject {
  const schemas = document.components?.schemas ?? {};
  const copy = converted(structuredClone(document), schemas as Node) as OpenAPIObject;
  const { identifier: _since31, ...license } = (copy.info.license ?? {}) as { identifier?: string; name: string };
  return {
    ...copy,
    openapi: '3.0.3',
    info: { ...copy.info, license },
    paths: withoutRoles(copy.paths),
    components: withoutUnused(copy),
  };
}

/** Schemas that nothing refers to any more, since they were written out where they may be null. */
function withoutUnused(document: OpenAPIObject): OpenAPIObject['components'] {
  const text = JSON.stringify(document);
  const used = Object.entries(document.components?.schemas ?? {}).filter(([name]) =>
    text.includes(`"#/components/schemas/${name}"`),
  );
  return { ...document.components, schemas: Object.fromEntries(used) };
}

/** Only OAuth's schemes may name what a route needs of them there; these have none. */
function withoutRoles(paths: OpenAPIObject['paths']): OpenAPIObject['paths'] {
  for (const item of Object.values(paths)) {
    for (const { security = [] } of Object.values(item) as { security?: Record<string, string[]>[] }[]) {
      for (const requirement of security) for (const scheme of Object.keys(requirement)) requirement[scheme] = [];
    }
  }
  return paths;
}

function converted(part: unknown, schemas: Node): unknown {
  if (Array.isArray(part)) return part.map((inner) => converted(inner, schemas));
  if (typeof part !== 'object' || part === null) return part;
  const node = Object.fromEntries(Object.entries(part).map(([name, inner]) => [name, converted(inner, schemas)]));
  return withoutSiblings(withoutNullType(withoutConditions(node), schemas));
}

/** What one member asks of others it has no words for; what that refuses the service refuses all the same. */
function withoutConditions(node: Node): Node {
  const { dependentSchemas: _dependent, ...rest } = node;
  return node.type === 'object' ? rest : node;
}

/** `type: [x, null]` and `anyOf: [x, {type: null}]` are `nullable: true` there, which holds beside a type alone. */
function withoutNullType(node: Node, schemas: Node): Node {
  if (Array.isArray(node.type)) {
    const { type, ...rest } = node;
    const [only] = (type as string[]).filter((one) => one !== 'null');
    return { ...rest, type: only, ...((type as string[]).includes('null') && { nullable: true }) };
  }
  const union = Array.isArray(node.anyOf) ? 'anyOf' : 'oneOf';
  const members = node[union];
  if (!Array.isArray(members) || !members.some(isNullType)) return node;
  const { [union]: _members, ...rest } = node;
  const others = members.filter((member) => !isNullType(member));
  const [only] = others as Node[];
  if (others.length > 1) return { ...rest, [union]: others, nullable: true };
  return { ...(only && referred(only, schemas)), ...rest, nullable: true };
}

/** The schema itself: a reference cannot be null there, nor what it refers to. */
function referred(schema: Node, schemas: Node): Node {
  if (typeof schema.$ref !== 'string') return schema;
  return converted(schemas[schema.$ref.split('/').at(-1) ?? ''], schemas) as Node;
}

function isNullType(schema: unknown): boolean {
  return (schema as Node | null)?.type === 'null';
}

/** Members beside a reference would be ignored. */
function withoutSiblings(node: Node): Node {
  if (typeof node.$ref !== 'string' || Object.keys(node).length === 1) return node;
  const { $ref, ...rest } = node;
  return { ...rest, allOf: [{ $ref }] };
}
