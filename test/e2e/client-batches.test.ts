import createTypedClient from 'openapi-fetch';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createClient } from '../../generated/client/client/index.ts';
import * as api from '../../generated/client/index.ts';
import { Api } from '../../generated/fetch-client/api.ts';
import type { components, paths } from '../../generated/paths.ts';
import { ApiClient } from '../support/api-client.ts';
import { batchForm } from '../support/batches-api.ts';
import { untilFinal } from '../support/final.ts';
import { type Service, startService } from '../support/service.ts';
import { SMALL_JPEG } from '../support/upload.ts';

const OPERATIONS = JSON.stringify([{ operation_type: 'convert', parameters: { format: 'webp' } }]);
const FILES = ['one.jpg', 'two.jpg', 'three.jpg'].map((name) => new File([SMALL_JPEG], name));
const DONE = { status: 'completed', total: 3, completed: 3, refused: 0 };
/** How a ZIP begins. */
const ZIP = 'PK\x03\x04';

let service: Service;
let token: string;
beforeAll(async () => {
  service = await startService();
  token = (await new ApiClient(service.url).newAccount('generated')).access;
});
afterAll(() => service.stop());

const jpeg = new Uint8Array(await SMALL_JPEG.arrayBuffer());
const form = () =>
  batchForm(
    FILES.map(({ name }) => ({ name, bytes: jpeg })),
    OPERATIONS,
  );
const beginning = async (archive: Blob) => archive.slice(0, 4).text();

test('a generated client uploads a batch, sees it done, and takes its archive', async () => {
  const client = createClient({ baseUrl: service.url, auth: () => token });
  const { data } = await api.createBatch({
    client,
    body: { images: FILES, operations: OPERATIONS },
    headers: { Prefer: 'wait=20' },
  });
  const path = { id: data?.id ?? '' };
  const done = await untilFinal(async (waiting) => {
    return (await api.getBatch({ client, path, headers: waiting, throwOnError: true })).data;
  });
  expect(done).toMatchObject({ ...DONE, images: FILES.map(({ name }) => ({ name, status: 'completed' })) });
  const { data: archive } = await api.downloadBatch({ client, path, parseAs: 'blob' });
  expect(await beginning(archive as Blob)).toBe(ZIP);
  const { response } = await api.deleteBatch({ client, path });
  expect(response?.status).toBe(204);
});

test('so does a client of functions over fetch', async () => {
  const headers = { Authorization: `Bearer ${token}` };
  const client = new Api({ baseUrl: service.url, baseApiParams: { headers } });
  // Its own serializer makes text of a list; a form it sends as it is.
  const body = form() as FormData & { images: File[] };
  const { data } = await client.api.createBatch(body, { headers: { ...headers, Prefer: 'wait=20' } });
  const shown = (waiting: object) => client.api.getBatch(data.id, { headers: { ...headers, ...waiting } });
  expect(await untilFinal(async (waiting) => (await shown(waiting)).data)).toMatchObject(DONE);
  // It knows no ZIP by itself.
  const { data: archive } = await client.api.downloadBatch(data.id, { format: 'blob' });
  expect(await beginning(archive)).toBe(ZIP);
});

test('so does a client that has only the types', async () => {
  const client = createTypedClient<paths>({ baseUrl: service.url, headers: { Authorization: `Bearer ${token}` } });
  const { data } = await client.POST('/api/batches/', {
    params: { header: { Prefer: 'wait=20' } },
    // The types call files strings: what is sent is for the serializer to say.
    body: { images: [], operations: OPERATIONS },
    bodySerializer: form,
  });
  const params = { path: { id: data?.id ?? '' } };
  const done = await untilFinal(async (header) => {
    const shown = await client.GET('/api/batches/{id}/', { params: { ...params, header } });
    return shown.data as components['schemas']['Batch'];
  });
  expect(done).toMatchObject(DONE);
  const { data: archive } = await client.GET('/api/batches/{id}/archive/', { params, parseAs: 'blob' });
  expect(await beginning(archive as Blob)).toBe(ZIP);
});
