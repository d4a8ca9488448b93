/**
 * @import { OpenAPIObject } from '@nestjs/swagger'
 * @typedef {{ in?: string, required?: boolean, example?: unknown, schema?: { example?: unknown } }} Parameter
 * @typedef {(options: object) => unknown} SwaggerUI
 */

const { SwaggerUIBundle } = /** @type {typeof globalThis & { SwaggerUIBundle: SwaggerUI }} */ (globalThis);

const answer = await fetch('/api/schema/', { headers: { Accept: 'application/json' } });
SwaggerUIBundle({
  spec: withoutHeaderExamples(await answer.json()),
  dom_id: '#swagger-ui',
  deepLinking: true,
  persistAuthorization: false,
  displayRequestDuration: true,
  // It would ask another host whether the document is valid.
  validatorUrl: null,
});

const prefersDark = matchMedia('(prefers-color-scheme: dark)');
const dress = () => document.documentElement.classList.toggle('dark-mode', prefersDark.matches);
prefersDark.addEventListener('change', dress);
dress();

/**
 * The document without examples of optional headers: the form is filled in with them, and would send each of them with
 * every request, the same Idempotency-Key each time.
 * @param {OpenAPIObject} document
 */
function withoutHeaderExamples(document) {
  const operations = Object.values(document.paths).flatMap((path) => Object.values(path));
  for (const parameter of operations.flatMap(({ parameters = [] }) => /** @type {Parameter[]} */ (parameters))) {
    if (parameter.in !== 'header' || parameter.required) continue;
    delete parameter.example;
    delete parameter.schema?.example;
  }
  return document;
}
