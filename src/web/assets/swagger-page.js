/**
 * @import { OpenAPIObject } from '@nestjs/swagger'
 * @typedef {{ in?: string, required?: boolean, example?: unknown, schema?: { example?: unknown } }} Parameter
 * @typedef {(options: object) => unknown} SwaggerUI
 */

const { SwaggerUIBundle } = /** @type {typeof globalThis & { SwaggerUIBundle: SwaggerUI }} */ (globalThis);

const answer = await fetch('/api/schema/', { headers: { Accept: 'application/json' } });
SwaggerUIBundle({
  spec: asToBeSent(await answer.json()),
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
 * The document as its forms should be filled in: with nothing where nothing need be sent. They are filled in with examples,
 * and would send each with every request, the same Idempotency-Key each time; a text without an example is "string" there.
 * @param {OpenAPIObject} document
 */
function asToBeSent(document) {
  const operations = Object.values(document.paths).flatMap((path) => Object.values(path));
  for (const parameter of operations.flatMap(({ parameters = [] }) => /** @type {Parameter[]} */ (parameters))) {
    if (parameter.in !== 'header' || parameter.required) continue;
    delete parameter.example;
    delete parameter.schema?.example;
  }
  for (const { requestBody } of operations) {
    const { properties = {} } = requestBody?.content?.['multipart/form-data']?.schema ?? {};
    for (const property of Object.values(properties)) {
      if (property.type === 'string' && property.format !== 'binary') property.example ??= '';
    }
  }
  return document;
}
