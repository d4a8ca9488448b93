import type { OpenAPIObject } from '@nestjs/swagger';

type Paths = OpenAPIObject['paths'];
type PathItem = Paths[string];
type Operation = NonNullable<PathItem['get']>;
type Schemas = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>;

/** The same paths, with bodies that may be left out where the service, which reads that as `{}`, takes it. */
export function withOptionalBodies(paths: Paths, schemas: Schemas): Paths {
  const optional = Object.entries(schemas).filter(([, schema]) => {
    return !('$ref' in schema) && !schema.required?.length && !schema.minProperties;
  });
  const refs = new Set(optional.map(([name]) => `#/components/schemas/${name}`));
  const ofOperation = (operation: Operation): Operation => {
    const { requestBody } = operation;
    if (!requestBody || !('content' in requestBody)) return operation;
    const schema = requestBody.content['application/json']?.schema;
    const isOptional = schema !== undefined && '$ref' in schema && refs.has(schema.$ref);
    return isOptional ? { ...operation, requestBody: { ...requestBody, required: false } } : operation;
  };
  const ofItem = (item: PathItem) =>
    Object.fromEntries(
      Object.entries(item).map(([method, operation]) => [method, ofOperation(operation as Operation)]),
    );
  return Object.fromEntries(Object.entries(paths).map(([path, item]) => [path, ofItem(item)]));
}
