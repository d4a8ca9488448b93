import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AnySchema, type ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import ajvFormats from 'ajv-formats';

interface Answer {
  readonly headers?: Record<string, unknown>;
  /** By media type; the examples of a problem are those of its codes. */
  readonly content?: Record<string, { schema: object; examples?: Record<string, unknown> }>;
}

interface Operation {
  readonly requestBody?: {
    readonly required: boolean;
    readonly content: Record<string, { readonly schema: { readonly $ref?: string } }>;
  };
  readonly responses: Record<string, Answer>;
  /** The ways to prove who calls, each a scheme with its scopes. */
  readonly security?: readonly Record<string, readonly string[]>[];
}

interface Document {
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: {
    readonly headers: Record<string, unknown>;
    readonly schemas: Record<string, { readonly properties: Record<string, { readonly enum?: readonly string[] }> }>;
  };
}

const PROBLEM_TYPE = 'application/problem+json';
const PROBLEM = '#/components/schemas/Problem';

/** The published document. */
export const PUBLISHED = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../openapi/openapi.json'), 'utf8'),
) as Document;

/** The same, with members that it does not name forbidden: a server must not say what it does not document. */
const strict = withoutUnknownMembers(PUBLISHED) as Document;

// The document has keywords beside those of JSON Schema, such as `example`.
const ajv = new Ajv2020({ strict: false, allErrors: true });
// The package is CommonJS, and typed as if it were not.
(ajvFormats as unknown as (instance: Ajv2020) => void)(ajv);
ajv.addSchema({ ...strict, $id: 'document' } as AnySchema);
ajv.addSchema({ ...PUBLISHED, $id: 'published' } as AnySchema);

const paths = Object.entries(strict.paths).map(([path, operations]) => ({
  path,
  pattern: new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+').replace(/\/$/, '/?')}$`),
  operations,
}));

/** `/api/images` of `/api/images/{id}/`: what the paths of a resource begin with. */
const rootOf = (path: string) => /^\/(?:api\/)?[^/]*/.exec(path)?.[0];
const roots = new Set(Object.keys(PUBLISHED.paths).map(rootOf));

/** Whether a path is the API's; those of pages and of the document itself are not. */
export function isOfTheApi(pathname: string): boolean {
  return roots.has(rootOf(pathname));
}

/** What is wrong with an answer, by the document; undefined when it is documented in every part. */
export async function undocumentedPart(method: string, url: string, answer: Response): Promise<string | undefined> {
  const type = answer.headers.get('content-type')?.split(';')[0] ?? '';
  if (!answer.headers.has('x-request-id')) return 'It carries no X-Request-Id';
  const { pathname } = new URL(url);
  const known = paths.find(({ pattern }) => pattern.test(pathname));
  const verb = method === 'HEAD' ? 'get' : method.toLowerCase();
  const operation = known?.operations[verb];
  if (!known || !operation) return type === PROBLEM_TYPE ? faultsOf(PROBLEM, await answer.json()) : undefined;
  const documented = operation.responses[answer.status];
  if (!documented) return `The document has no ${answer.status} for ${method} ${known.path}`;
  const header = wrongHeader(documented, answer);
  if (header) return `${header} a ${answer.status} of ${method} ${known.path}`;
  if (method === 'HEAD' || answer.body === null) return undefined;
  const content = documented.content?.[type];
  if (!content) return `The document has no ${type} in a ${answer.status} of ${method} ${known.path}`;
  if (!type.endsWith('json')) return undefined;
  const body = (await answer.json()) as { readonly code?: string };
  if (type === PROBLEM_TYPE && !Object.hasOwn(content.examples ?? {}, body.code ?? ''))
    return `The document has no ${body.code} in a ${answer.status} of ${method} ${known.path}`;
  const steps = ['paths', known.path, verb, 'responses', String(answer.status), 'content', type, 'schema'];
  return faultsOf(`#/${steps.map(pointerToken).join('/')}`, body);
}

/** Headers that some problems of a status may have, and others not. */
const OF_PROBLEMS = ['Retry-After', 'WWW-Authenticate'];

/** Headers that many routes share stand where they are sent; what is refused may be so before they are known. */
function wrongHeader({ headers = {} }: Answer, answer: Response): string | undefined {
  for (const name of OF_PROBLEMS) {
    if (answer.headers.has(name) && !(name in headers)) return `The document has no ${name} in`;
  }
  for (const name of Object.keys(PUBLISHED.components.headers)) {
    if (answer.headers.has(name) && !(name in headers)) return `The document has no ${name} in`;
    if (answer.ok && !answer.headers.has(name) && name in headers)
      return `There is no ${name}, which is documented, in`;
  }
  return undefined;
}

/** Whether a body is one by the document, as whoever sends it reads that; `pointer` leads to its schema. */
export function admits(pointer: string, body: unknown): boolean {
  return (ajv.getSchema(`published${pointer}`) as ValidateFunction)(body) as boolean;
}

/** The schema that stands at a pointer. */
export function schemaAt(pointer: string): object {
  return (ajv.getSchema(`published${pointer}`) as ValidateFunction).schema as object;
}

function faultsOf(pointer: string, body: unknown): string | undefined {
  const validate = ajv.getSchema(`document${pointer}`) as ValidateFunction;
  return validate(body) ? undefined : `${ajv.errorsText(validate.errors)} in ${JSON.stringify(body)}`;
}

/** A part of a JSON pointer within a URL. */
function pointerToken(step: string): string {
  return encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1'));
}

function withoutUnknownMembers(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(withoutUnknownMembers);
  if (typeof part !== 'object' || part === null) return part;
  const copy = Object.fromEntries(Object.entries(part).map(([name, inner]) => [name, withoutUnknownMembers(inner)]));
  return copy.type === 'object' && copy.properties ? { additionalProperties: false, ...copy } : copy;
}
