import type { OpenAPIObject } from '@nestjs/swagger';

interface Parameter {
  in?: string;
  required?: boolean;
  example?: unknown;
  schema?: { example?: unknown };
}

/**
 * The document as Swagger UI gets it: it fills a form with the examples, and would send every optional header with each
 * request, the same Idempotency-Key each time.
 */
export function swaggerDocument(document: OpenAPIObject): OpenAPIObject {
  const copy = structuredClone(document);
  const operations = Object.values(copy.paths).flatMap((path) => Object.values(path) as { parameters?: Parameter[] }[]);
  for (const parameter of operations.flatMap((operation) => operation.parameters ?? [])) {
    if (parameter.in !== 'header' || parameter.required) continue;
    delete parameter.example;
    delete parameter.schema?.example;
  }
  return copy;
}
