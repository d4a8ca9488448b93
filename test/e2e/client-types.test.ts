import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import createClient from 'openapi-fetch';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Compress as CompressOfSdk } from '../../generated/client/index.ts';
import type { Compress as CompressOfFetch } from '../../generated/fetch-client/api.ts';
import type { components, paths } from '../../generated/paths.ts';
import { untilFinal } from '../support/final.ts';
import { expectSameBytes } from '../support/same-bytes.ts';
import { type Service, startService } from '../support/service.ts';
import { SMALL_JPEG } from '../support/upload.ts';

const GENERATED = join(import.meta.dirname, '../../generated');

type ParametersOf<Operation extends { parameters: unknown }> = Operation['parameters'];

let service: Service;
beforeAll(async () => {
  service = await startService({ THROTTLE_ANONYMOUS_PER_MINUTE: '1000' });
});
afterAll(() => service.stop());

test('a client that has only the types uploads, waits and reads an answer', async () => {
  const client = createClient<paths>({ baseUrl: service.url });
  const operations: components['schemas']['Operation'][] = [
    { operation_type: 'filter', parameters: { type: 'grayscale' } },
  ];
  const key = 'a-key-of-a-good-length';
  const { data: created } = await client.POST('/api/images/', {
    params: { header: { Prefer: 'wait=20', 'Idempotency-Key': key } },
    // The types call a file a string: what is sent is for the serializer to say.
    body: { original_image: '', operations: JSON.stringify(operations) },
    bodySerializer: (body) => {
      const form = new FormData();
      form.set('original_image', SMALL_JPEG, 'small.jpg');
      form.set('operations', body.operations);
      return form;
    },
  });
  const params = { path: { id: created?.id ?? '' } };
  const shown = await untilFinal(async (header) => {
    const { data } = await client.GET('/api/images/{id}/', { params: { ...params, header } });
    return data as components['schemas']['Image'];
  });
  expect([shown.status, shown.result?.format]).toEqual(['completed', 'jpg']);
  const { data: file } = await client.GET('/api/images/{id}/download/', { params, parseAs: 'arrayBuffer' });
  expect(file?.byteLength).toBe(shown.result?.bytes);
  const exchange = { id: params.path.id, key, sent: SMALL_JPEG, operations, downloaded: file as ArrayBuffer };
  await expectSameBytes(service, exchange);
});

test('no client takes anything for the parameters of an operation, but those that there are', () => {
  const ofTypes: ParametersOf<components['schemas']['Compress']>[] = [{ quality: 80 }, { max_bytes: 5000 }];
  const ofSdk: ParametersOf<CompressOfSdk>[] = ofTypes;
  const ofFetch: ParametersOf<CompressOfFetch>[] = ofSdk;
  // @ts-expect-error A type that may be anything would take a slip of the pen.
  ofTypes.push({ quallity: 80 });
  // @ts-expect-error
  ofSdk.push({ quallity: 80 });
  // @ts-expect-error
  ofFetch.push({ quallity: 80 });
  expect(ofFetch[0]?.quality).toBe(80);
  for (const file of ['paths.ts', 'client/types.gen.ts', 'fetch-client/api.ts'])
    expect(readFileSync(join(GENERATED, file), 'utf8')).not.toMatch(/\| unknown|unknown &|\| any\b|any &/);
});

test('it reads a refusal as a problem', async () => {
  const client = createClient<paths>({ baseUrl: service.url });
  const { error } = await client.GET('/api/images/');
  expect(error?.code).toBe('not_authenticated');
});
