import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ApiClient } from '../support/api-client.ts';
import { admits, PUBLISHED, schemaAt } from '../support/api-document.ts';
import { type Service, startService } from '../support/service.ts';
import { SMALL_JPEG } from '../support/upload.ts';

interface Schema {
  readonly type?: string;
  readonly properties?: Record<string, Schema>;
  readonly items?: Schema;
  readonly $ref?: string;
  readonly enum?: readonly unknown[];
  readonly example?: unknown;
  readonly minimum?: number;
  readonly format?: string;
}

type Body = Record<string, unknown>;

/** What the schemas cannot know: what there is in this service, and what time it is. */
const VALUES: Body = {
  preset: 'web',
  expires_at: new Date(Date.now() + 24 * 3600 * 1000).toISOString(),
  email: 'schema@example.com',
  operations: [],
  outputs: [{ name: 'thumb', operations: [] }],
};

let service: Service;
let client: ApiClient;
let webhook: string;
beforeAll(async () => {
  const plenty = { THROTTLE_AUTHENTICATED_PER_MINUTE: '10000', THROTTLE_SIGN_IN_PER_MINUTE: '1000' };
  service = await startService({ ...plenty, THROTTLE_ANONYMOUS_PER_MINUTE: '10000' });
  const anonymous = new ApiClient(service.url);
  // A refresh token may come in the cookie in place of the body, from a page of the service.
  const page = { Cookie: 'imagepro_refresh=none', Origin: service.settings.http.publicUrl ?? service.url };
  client = anonymous.as(await anonymous.newAccount('schemas')).with(page);
  await send('PUT', '/api/presets/web/', { operations: [] });
  const wish = { url: 'https://hooks.example.com/', events: ['image.failed'] };
  webhook = (await client.post<{ id: string }>('/api/webhooks/', wish)).body.id;
});
afterAll(() => service.stop());

function send(method: string, path: string, body: Body): Promise<{ status: number; text: string }> {
  const headers = { 'Content-Type': 'application/json' };
  return client.send(path, { method, headers, body: JSON.stringify(body) });
}

function addressOf(path: string): string {
  return path.replace('{name}', 'web').replace('{id}', webhook);
}

/** A value that a schema describes; `lift` is how far numbers are above the least. */
function sampleOf(name: string, schema: Schema, lift: number): unknown {
  if (name in VALUES) return VALUES[name];
  if (schema.$ref) return sampleOf(name, schemaAt(schema.$ref) as Schema, lift);
  if (schema.example !== undefined) return schema.example;
  const [word] = schema.enum ?? [];
  if (word !== undefined) return word;
  if (schema.properties) {
    const members = Object.entries(schema.properties).map(([inner, of]) => [inner, sampleOf(inner, of, lift)] as const);
    return Object.fromEntries(members);
  }
  if (schema.type === 'integer') return (schema.minimum ?? 0) + lift;
  if (schema.type === 'boolean') return lift === 0;
  return schema.type === 'array' ? [sampleOf(name, schema.items ?? {}, lift)] : 'a text of some length';
}

/** Every choice of the members of a body, with a value for each; and all of them, with one that is not known. */
function bodiesOf(properties: Record<string, Schema>): Body[] {
  const names = Object.keys(properties);
  const choices = Array.from({ length: 2 ** names.length }, (_, bits) => names.filter((_name, at) => bits & (1 << at)));
  const bodies = [0, 1].flatMap((lift) =>
    choices.map((chosen) =>
      Object.fromEntries(chosen.map((name) => [name, sampleOf(name, properties[name] as Schema, lift)])),
    ),
  );
  return [...new Map([...bodies, { ...bodies.at(-1), other: 1 }].map((body) => [JSON.stringify(body), body])).values()];
}

const OF_JSON = Object.entries(PUBLISHED.paths).flatMap(([path, item]) =>
  Object.entries(item).flatMap(([method, { requestBody }]) => {
    const ref = requestBody?.content['application/json']?.schema.$ref;
    return ref ? [[method.toUpperCase(), path, ref, requestBody.required] as const] : [];
  }),
);

const { discriminator } = schemaAt('#/components/schemas/Operation') as {
  discriminator: { mapping: Record<string, string> };
};
const OPERATIONS = Object.entries(discriminator.mapping);

describe('the document describes just the bodies that are taken', () => {
  test('of all routes that take JSON', () => {
    expect(OF_JSON.length).toBeGreaterThan(9);
    expect(OPERATIONS.length).toBeGreaterThan(9);
  });

  test.each(OF_JSON)('%s %s, whichever members of %s there are', async (method, path, ref) => {
    const wrong: string[] = [];
    for (const sent of bodiesOf((schemaAt(ref) as Schema).properties ?? {})) {
      const { status, text } = await send(method, addressOf(path), sent);
      if (admits(ref, sent) === (status === 400)) wrong.push(`${status} for ${JSON.stringify(sent)}: ${text}`);
    }
    expect(wrong).toEqual([]);
  });

  test.each(OF_JSON)('%s %s, without %s where it may be left out', async (method, path, _ref, isRequired) => {
    const { status } = await client.send(addressOf(path), { method });
    expect(status === 400).toBe(isRequired);
  });

  test.each(OPERATIONS)('%s, whichever parameters there are', async (_type, ref) => {
    const { properties = {} } = schemaAt(ref) as Schema;
    const { operation_type, parameters } = properties;
    const wrong: string[] = [];
    for (const given of bodiesOf(parameters?.properties ?? {})) {
      const operation = { operation_type: operation_type?.enum?.[0], parameters: given };
      const source = { format: 'jpg', width: 4000, height: 3000 };
      const { status, text } = await send('POST', '/api/images/plan/', { source, operations: [operation] });
      if (admits(ref, operation) !== (status === 200))
        wrong.push(`${status} for ${JSON.stringify(operation)}: ${text}`);
    }
    expect(wrong).toEqual([]);
  });

  test.each([
    ['/api/images/', 'original_image'],
    ['/api/batches/', 'images'],
  ])('the form of %s', async (path, field) => {
    const pointer = `#/paths/${encodeURIComponent(path.replaceAll('/', '~1'))}/post/requestBody/content/multipart~1form-data/schema`;
    const wrong: string[] = [];
    for (const chosen of bodiesOf({ operations: {}, outputs: {}, preset: {}, [field]: {} })) {
      const form = new FormData();
      const texts: Record<string, string> = {};
      for (const name of ['operations', 'outputs', 'preset'].filter((one) => one in chosen)) {
        texts[name] = name === 'preset' ? 'web' : JSON.stringify(VALUES[name]);
        form.set(name, texts[name]);
      }
      if (field in chosen) form.set(field, SMALL_JPEG, 'small.jpg');
      const { status, text } = await client.send(path, { method: 'POST', body: form });
      const sent = { ...texts, ...(field in chosen && { [field]: field === 'images' ? ['a file'] : 'a file' }) };
      if (admits(pointer, sent) !== (status === 201)) wrong.push(`${status} for ${JSON.stringify(sent)}: ${text}`);
    }
    expect(wrong).toEqual([]);
  });
});
