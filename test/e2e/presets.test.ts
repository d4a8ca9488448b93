import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ImageDto } from '../support/answers.ts';
import { ApiClient, PASSWORD, type TokenPair } from '../support/api-client.ts';
import { ImagesApi } from '../support/images-api.ts';
import { changePolicy } from '../support/inside-service.ts';
import { compress, convert, resize } from '../support/operations.ts';
import { image, photograph } from '../support/pictures.ts';
import { type Service, startService } from '../support/service.ts';
import { until } from '../support/until.ts';

const jpeg = new Uint8Array(await image(photograph(400, 300)).jpeg().toBuffer());
const OUTPUTS = [
  { name: 'large', operations: [resize(200, 150)] },
  { name: 'small', operations: [resize(100, 75), convert('webp')] },
];

let service: Service;
let tokens: TokenPair;
let member: ImagesApi;
let accounts = 0;
beforeAll(async () => {
  service = await startService({ THROTTLE_ANONYMOUS_PER_MINUTE: '10000', THROTTLE_AUTHENTICATED_PER_MINUTE: '10000' });
});
beforeEach(async () => {
  accounts += 1;
  tokens = await new ApiClient(service.url).newAccount(`presets${accounts}`);
  member = new ImagesApi(service, tokens);
});
afterAll(() => service.stop());

interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: each test looks at what it has asked for
  readonly body: any;
}

const isNotBusy = ({ status }: Answer) => status !== 503;

/** Asks a JSON route of presets, as the account or with these headers. */
async function ask(method: string, path = '', body?: unknown, headers?: Record<string, string>): Promise<Answer> {
  const response = await fetch(`${service.url}/api/presets/${path}`, {
    method,
    headers: {
      'Content-Type': 'application/json',
      ...(headers ?? { Authorization: `Bearer ${tokens.access}` }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? null : JSON.parse(text) };
}

function formWith(fields: Record<string, string>): FormData {
  const form = new FormData();
  form.append('original_image', new Blob([jpeg]), 'holiday.jpg');
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  return form;
}

describe('a preset', () => {
  test('is made, shown, changed, listed and deleted', async () => {
    const made = await ask('PUT', 'web/', {
      operations: [{ operation_type: 'compress', parameters: { quality: 70 } }],
    });
    const times = { created_at: service.clock.now().toISOString(), updated_at: service.clock.now().toISOString() };
    expect(made).toEqual({
      status: 201,
      body: { name: 'web', operations: [compress(70)], outputs: null, ...times },
    });
    service.clock.advance(10);
    const changed = await ask('PUT', 'web/', { outputs: OUTPUTS });
    const updated_at = service.clock.now().toISOString();
    expect(changed).toEqual({
      status: 200,
      body: { name: 'web', operations: null, outputs: OUTPUTS, ...times, updated_at },
    });
    expect(await ask('GET', 'web/')).toEqual({ status: 200, body: changed.body });
    await ask('PUT', 'a_9-/', { operations: [] });
    const list = await ask('GET');
    expect(list.body.results.map(({ name }: { name: string }) => name)).toEqual(['a_9-', 'web']);
    expect(await ask('DELETE', 'web/')).toEqual({ status: 204, body: null });
    expect(await ask('GET', 'web/')).toMatchObject({ status: 404, body: { code: 'preset_not_found' } });
    expect(await ask('DELETE', 'web/')).toMatchObject({ status: 404, body: { code: 'preset_not_found' } });
  });

  test('belongs to its account alone', async () => {
    await ask('PUT', 'web/', { operations: [] });
    const other = await new ApiClient(service.url).newAccount(`stranger${accounts}`);
    const headers = { Authorization: `Bearer ${other.access}` };
    expect(await ask('GET', 'web/', undefined, headers)).toMatchObject({ status: 404 });
    expect((await ask('GET', '', undefined, headers)).body).toEqual({ results: [] });
    expect((await ask('GET', '', undefined, {})).status).toBe(401);
  });

  test.each(['%00', 'a%00b', 'Web', 'a'.repeat(33), '%F0%9F%96%BC'])(
    'is not there under what is no name (%s)',
    async (name) => {
      await ask('PUT', 'a/', { operations: [] });
      for (const method of ['GET', 'DELETE']) {
        expect(await ask(method, `${name}/`)).toMatchObject({ status: 404, body: { code: 'preset_not_found' } });
      }
      expect(await ask('GET', 'a/')).toMatchObject({ status: 200 });
    },
  );

  test('is there a hundred times at most, however many come at once; changing one is fine then', async () => {
    const names = Array.from({ length: 110 }, (_, n) => `p${n}`);
    // They wait for one another: on a busy machine the last find no connection to the database in time, and ask again.
    const made = (name: string) => until(() => ask('PUT', `${name}/`, { operations: [] }), isNotBusy);
    const answers = await Promise.all(names.map(made));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(100);
    const refused = answers.filter(({ status }) => status !== 201);
    expect(new Set(refused.map(({ status, body }) => `${status} ${body.code}`))).toEqual(
      new Set(['409 too_many_presets']),
    );
    const kept = names.find((_name, n) => answers[n]?.status === 201);
    expect((await ask('PUT', `${kept}/`, { outputs: OUTPUTS })).status).toBe(200);
    expect((await ask('GET')).body.results).toHaveLength(100);
  });

  test.each([
    ['no content', 'web', {}, '/operations'],
    ['both', 'web', { operations: [], outputs: OUTPUTS }, '/outputs'],
    ['an unknown member', 'web', { operations: [], preset: 'other' }, '/preset'],
    [
      'a bad parameter',
      'web',
      { operations: [{ operation_type: 'resize', parameters: { width: 0, height: 1 } }] },
      '/operations/0/parameters/width',
    ],
    ['no list', 'web', { outputs: 'large' }, '/outputs'],
    ['a bad name', 'Web!', { operations: [] }, '/name'],
    ['a long name', 'a'.repeat(33), { operations: [] }, '/name'],
  ])('with %s is refused', async (_words, name, body, pointer) => {
    const answer = await ask('PUT', `${name}/`, body);
    expect([answer.status, answer.body.errors?.map((fault: { pointer: string }) => fault.pointer)]).toEqual([
      400,
      [pointer],
    ]);
  });

  test('opens to keys of its scope alone, and its use to those that may upload', async () => {
    await ask('PUT', 'web/', { outputs: OUTPUTS });
    const keyOf = async (scopes: string[]) => {
      const response = await fetch(`${service.url}/accounts/keys/`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${tokens.access}`, 'Content-Type': 'application/json' },
        body: JSON.stringify({ name: 'x', scopes }),
      });
      return { Authorization: `Bearer ${((await response.json()) as { key: string }).key}` };
    };
    const [manager, uploader] = [await keyOf(['presets:manage']), await keyOf(['images:write'])];
    expect((await ask('GET', 'web/', undefined, manager)).status).toBe(200);
    expect(await ask('GET', 'web/', undefined, uploader)).toMatchObject({
      status: 403,
      body: { code: 'missing_scope' },
    });
    const upload = new ImagesApi(service, undefined, uploader);
    expect((await upload.post(formWith({ preset: 'web' }))).status).toBe(201);
  });

  test('is gone with its account', async () => {
    await ask('PUT', 'web/', { operations: [] });
    const response = await fetch(`${service.url}/accounts/delete/`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${tokens.access}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ password: PASSWORD }),
    });
    expect(response.status).toBe(204);
    expect((await ask('GET', 'web/')).status).toBe(401);
  });
});

describe('an upload by a preset', () => {
  test('is made as the preset said at the upload, whatever becomes of it', async () => {
    await ask('PUT', 'web/', { outputs: OUTPUTS });
    const response = await member.post(formWith({ preset: 'web' }));
    expect(response.status).toBe(201);
    const { id } = (await response.json()) as ImageDto;
    await ask('DELETE', 'web/');
    const job = await member.whenFinal(id);
    expect(job.status).toBe('completed');
    expect(job.outputs.map(({ name, operations, result }) => [name, operations, result?.width])).toEqual([
      ['large', OUTPUTS[0]?.operations, 200],
      ['small', OUTPUTS[1]?.operations, 100],
    ]);
  });

  test('may be of operations alone', async () => {
    await ask('PUT', 'thumb/', { operations: [resize(40, 30)] });
    const response = await member.post(formWith({ preset: 'thumb' }));
    expect(((await response.json()) as ImageDto).outputs).toMatchObject([
      { name: 'default', operations: [resize(40, 30)] },
    ]);
  });

  test.each([
    ['unknown', { preset: 'unknown' }, 'Expected the name of one of your presets for preset, received "unknown"'],
    [
      'no name',
      { preset: 'No!' },
      'Expected a name of 1 to 32 characters of a-z, 0-9, - and _ for preset, received "No!"',
    ],
    [
      'beside operations',
      { operations: '[]', preset: 'web' },
      'Expected one of operations, outputs and preset, received operations and preset',
    ],
  ])('that is %s is a 400 at /preset', async (_words, fields, detail) => {
    const response = await member.post(formWith(fields));
    const { errors } = (await response.json()) as { errors: unknown };
    expect([response.status, errors]).toEqual([400, [{ pointer: '/preset', code: 'invalid_value', detail }]]);
  });

  test('is for accounts alone', async () => {
    const response = await new ImagesApi(service).post(formWith({ preset: 'web' }));
    expect(await response.json()).toMatchObject({
      status: 400,
      errors: [{ pointer: '/preset', code: 'account_required' }],
    });
  });

  test('that cannot be done to the picture says so at /preset', async () => {
    await ask('PUT', 'huge/', { outputs: ['a', 'b', 'c'].map((name) => ({ name, operations: [resize(5000, 4000)] })) });
    const response = await member.post(formWith({ preset: 'huge' }));
    expect(await response.json()).toMatchObject({ status: 400, errors: [{ pointer: '/preset', code: 'over_limit' }] });
  });

  test('is the same request under an idempotency key, though the preset has been changed', async () => {
    await ask('PUT', 'web/', { outputs: OUTPUTS });
    const send = (preset: string) => member.post(formWith({ preset }), { 'Idempotency-Key': 'one' });
    const first = (await (await send('web')).json()) as ImageDto;
    await ask('PUT', 'web/', { operations: [] });
    const again = await send('web');
    expect([((await again.json()) as ImageDto).id, again.headers.get('idempotent-replayed')]).toEqual([
      first.id,
      'true',
    ]);
    await ask('PUT', 'other/', { outputs: OUTPUTS });
    expect((await send('other')).status).toBe(422);
  });

  describe.each([
    ['images', 'original_image'],
    ['batches', 'images'],
  ])('of a repeated request for %s', (path, field) => {
    async function send(key: string): Promise<Answer & { replayed: string | null }> {
      const form = new FormData();
      form.append(field, new Blob([jpeg]), 'holiday.jpg');
      form.append('preset', 'web');
      const headers = { Authorization: `Bearer ${tokens.access}`, 'Idempotency-Key': key };
      const response = await fetch(`${service.url}/api/${path}/`, { method: 'POST', headers, body: form });
      const replayed = response.headers.get('idempotent-replayed');
      return { status: response.status, replayed, body: await response.json() };
    }
    const twoSteps = { operations: [resize(200, 150), convert('webp')] };

    test('may have been deleted meanwhile', async () => {
      await ask('PUT', 'web/', twoSteps);
      const first = await send('lost answer');
      expect([first.status, first.replayed]).toEqual([201, null]);
      await ask('DELETE', 'web/');
      const again = await send('lost answer');
      expect([again.status, again.replayed, again.body.id]).toEqual([201, 'true', first.body.id]);
    });

    test('may be beyond what the account may do by now', async () => {
      await ask('PUT', 'web/', twoSteps);
      const first = await send('lost answer');
      await changePolicy(service, `presets${accounts}`, { operations: 1 });
      const again = await send('lost answer');
      expect([again.status, again.replayed, again.body.id]).toEqual([201, 'true', first.body.id]);
      const refused = await send('another');
      expect(refused).toMatchObject({ status: 400, body: { errors: [{ pointer: '/preset', code: 'over_limit' }] } });
    });

    test('uses up no key while it is missing', async () => {
      const refused = await send('early');
      expect(refused).toMatchObject({ status: 400, body: { errors: [{ pointer: '/preset', code: 'invalid_value' }] } });
      await ask('PUT', 'web/', twoSteps);
      expect(await send('early')).toMatchObject({ status: 201, replayed: null });
    });
  });
});
