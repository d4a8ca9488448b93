import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { ApiClient, refusal } from '../support/api-client.ts';
import { type Service, startService } from '../support/service.ts';

const ROOT = join(import.meta.dirname, '../..');

interface Operation {
  readonly operationId: string;
  readonly description?: string;
  readonly 'x-codeSamples'?: { lang: string; source: string }[];
}

interface Document {
  readonly openapi: string;
  readonly servers: { url: string; variables?: { address: { default: string } } }[];
  readonly info: Record<string, unknown>;
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { schemas: Record<string, { description?: string; properties: Record<string, object> }> };
}

let service: Service;
let client: ApiClient;
let folder: string;
beforeAll(async () => {
  service = await startService();
  client = new ApiClient(service.url);
  folder = await mkdtemp(join(tmpdir(), 'imagepro-schema-'));
});
afterAll(async () => {
  await service.stop();
  await rm(folder, { recursive: true });
});

const schema = async (query = '') => (await client.get<Document>(`/api/schema/${query}`)).body;

function operationsOf({ paths }: Document): Operation[] {
  return Object.values(paths).flatMap((item) => Object.values(item));
}

test('is OpenAPI 3.1 as JSON, and YAML where that is asked for', async () => {
  const json = await schema();
  expect(json.openapi).toBe('3.1.0');
  const yaml = await client.send('/api/schema/', { headers: { Accept: 'application/yaml' } });
  expect(parse(yaml.text)).toEqual(json);
  expect(parse((await client.get('/api/schema/?format=yaml')).text)).toEqual(json);
});

test('in version 3.0 it is valid as such, with the same operations', async () => {
  const older = await schema('?version=3.0');
  expect(older.openapi).toBe('3.0.3');
  expect(JSON.stringify(older)).not.toMatch(/"null"|"type":\[/);
  const ids = (document: Document) => operationsOf(document).map(({ operationId }) => operationId);
  expect(ids(older)).toEqual(ids(await schema()));
  const file = join(folder, 'openapi.json');
  await writeFile(file, JSON.stringify(older));
  const rules = join(ROOT, '.spectral.yaml');
  const linted = promisify(execFile)(process.execPath, [
    join(ROOT, 'node_modules/@stoplight/spectral-cli/dist/index.js'),
    ...['lint', '--ruleset', rules, '--fail-severity', 'warn', file],
  ]);
  expect((await linted).stdout).toContain('No results with a severity');
});

test('in a version that there is not it is a 400', async () => {
  expect(refusal(await client.get('/api/schema/?version=2.0'))).toEqual([400, 'validation_failed']);
});

test('names its server, licence and contact', async () => {
  const { servers, info } = await schema();
  const [server] = servers;
  expect([server?.url, server?.variables?.address.default]).toContain(service.settings.http.publicUrl ?? service.url);
  expect(info).toMatchObject({ license: { name: expect.any(String) }, contact: { url: `${service.url}/` } });
});

test('describes every operation and schema, and shows the guide in three languages', async () => {
  const document = await schema();
  const operations = operationsOf(document);
  expect(operations.filter(({ description }) => !description)).toEqual([]);
  const sampled = operations.filter((operation) => operation['x-codeSamples']);
  expect(sampled.map(({ operationId }) => operationId)).toEqual(
    expect.arrayContaining(['register', 'logIn', 'createImage', 'getImage', 'downloadImage']),
  );
  for (const { 'x-codeSamples': samples } of sampled) {
    expect(samples?.map(({ lang }) => lang)).toEqual(['Shell', 'JavaScript', 'Python']);
  }
});

test('says of what the operator sets nothing that other settings make untrue', async () => {
  const other = await startService({
    BATCH_FILES: '7',
    BATCH_BYTES: '7000000',
    STREAM_SECONDS: '7',
    STREAM_HEARTBEAT_SECONDS: '7',
    WEBHOOK_TIMEOUT_SECONDS: '7',
    JOB_RECORD_SECONDS: '7',
  });
  const { text } = await new ApiClient(other.url).get('/api/schema/');
  const problem = await new ApiClient(other.url).get('/problems/image_not_found/');
  await other.stop();
  expect(/50 files|100 MiB|15 s\b|10 min\b/.exec(text)).toBeNull();
  expect(problem.text).not.toContain('24 hours');
});

test('has codes as enumerations, byte counts of 64 bits, and patterns that every language has', async () => {
  const { components, ...rest } = await schema();
  const { Problem, JobError, ImageSource, ImageResult, Limits } = components.schemas;
  expect(Problem?.properties.code).toMatchObject({ enum: expect.arrayContaining(['image_not_ready', 'not_found']) });
  expect(JobError?.properties.code).toMatchObject({ enum: expect.arrayContaining(['image_truncated']) });
  // What a header refuses is refused at once: no job fails of it, and no answer is a job's failure.
  expect(Problem?.properties.code).toMatchObject({ enum: expect.arrayContaining(['unsupported_jpeg']) });
  expect(Problem?.properties.code).not.toMatchObject({ enum: expect.arrayContaining(['image_truncated']) });
  for (const code of ['unreadable_image', 'unsupported_jpeg', 'too_many_pixels'])
    expect(JobError?.properties.code).not.toMatchObject({ enum: expect.arrayContaining([code]) });
  for (const [holder, name] of [
    [ImageSource, 'bytes'],
    [ImageResult, 'bytes'],
    [Limits, 'kept_bytes'],
  ] as const) {
    expect(holder?.properties[name]).toMatchObject({ type: 'integer', format: 'int64' });
  }
  expect(JSON.stringify([components, rest])).not.toContain('\\\\p{');
});
