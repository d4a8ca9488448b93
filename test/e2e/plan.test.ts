import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ApiClient, type TokenPair } from '../support/api-client.ts';
import { ImagesApi } from '../support/images-api.ts';
import { convert, resize } from '../support/operations.ts';
import { pauseWork, resumeWork } from '../support/paused-work.ts';
import { image, photograph } from '../support/pictures.ts';
import { type Service, startService } from '../support/service.ts';
import { formOf } from '../support/upload.ts';

const jpeg = new Uint8Array(await image(photograph(400, 300)).jpeg().toBuffer());
const SOURCE = { format: 'jpg', width: 400, height: 300 };

let service: Service;
let tokens: TokenPair;
beforeAll(async () => {
  service = await startService({
    THROTTLE_ANONYMOUS_PER_MINUTE: '10000',
    THROTTLE_AUTHENTICATED_PER_MINUTE: '10000',
    WORKER_CONCURRENCY: '1',
  });
  tokens = await new ApiClient(service.url).newAccount('planner');
});
afterAll(() => service.stop());

// biome-ignore lint/suspicious/noExplicitAny: each test looks at what it has asked for
async function plan(body: unknown, access?: string): Promise<{ status: number; body: any }> {
  const response = await fetch(`${service.url}/api/images/plan/`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...(access && { Authorization: `Bearer ${access}` }) },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
}

describe('a plan', () => {
  test('tells every size on the way, format, frames and warnings, and keeps nothing', async () => {
    const operations = [resize(200, 150), resize(100, 20), convert('png')];
    const answer = await plan({ source: SOURCE, operations }, tokens.access);
    expect(answer).toEqual({
      status: 200,
      body: {
        outputs: [
          {
            name: 'default',
            operations,
            sizes: [
              { width: 200, height: 150 },
              { width: 100, height: 20 },
              { width: 100, height: 20 },
            ],
            format: 'png',
            frames: 1,
            warnings: [expect.objectContaining({ code: 'proportions_changed', pointer: '/operations/1' })],
          },
        ],
        estimated_seconds: 1,
      },
    });
    expect((await new ImagesApi(service, tokens).list()).results).toEqual([]);
    expect(await service.storedFiles()).toEqual([]);
  });

  test('estimates what the upload would be told: with the work ahead', async () => {
    const [width, height] = [6000, 5000];
    const large = { format: 'png', width, height };
    const flat = sharp({ create: { width, height, channels: 3, background: 'teal' } });
    const bytes = await flat.png().toBuffer();
    const images = new ImagesApi(service, tokens);
    await pauseWork(service);
    const alone = (await plan({ source: large, operations: [] }, tokens.access)).body.estimated_seconds;
    const first = await images.submit(bytes);
    for (let n = 0; n < 4; n += 1) await images.submit(bytes);
    // What estimates are made of is looked up once a second.
    service.clock.advance(2);
    const behind = (await plan({ source: large, operations: [] }, tokens.access)).body.estimated_seconds;
    const last = await images.submit(bytes);
    expect([alone, behind]).toEqual([first.seconds_remaining, last.seconds_remaining]);
    expect(behind).toBeGreaterThan(alone);
    for (const { id } of (await images.list()).results) await images.remove(id);
    await resumeWork(service);
  });

  test('of no operations is the picture itself', async () => {
    const answer = await plan({ source: SOURCE, operations: [] });
    expect(answer.body.outputs[0]).toMatchObject({ sizes: [{ width: 400, height: 300 }], format: 'jpg' });
  });

  test('of several outputs, or of a preset, is for accounts alone', async () => {
    const outputs = [
      { name: 'large', operations: [resize(20, 15)] },
      { name: 'web', operations: [convert('webp')] },
    ];
    const headers = { Authorization: `Bearer ${tokens.access}`, 'Content-Type': 'application/json' };
    await fetch(`${service.url}/api/presets/web/`, { method: 'PUT', headers, body: JSON.stringify({ outputs }) });
    for (const wanted of [{ outputs }, { preset: 'web' }]) {
      const answer = await plan({ source: SOURCE, ...wanted }, tokens.access);
      expect(answer.body.outputs.map(({ name, format }: Record<string, string>) => [name, format])).toEqual([
        ['large', 'jpg'],
        ['web', 'webp'],
      ]);
      expect((await plan({ source: SOURCE, ...wanted })).body.errors).toMatchObject([{ code: 'account_required' }]);
    }
  });

  test('of an animation tells whether it stays one', async () => {
    const frames = (source: object, to: string) =>
      plan({ source: { ...SOURCE, format: 'webp', ...source }, operations: [convert(to as 'webp')] });
    expect((await frames({ frames: 12 }, 'webp')).body.outputs[0]).toMatchObject({ frames: 12, warnings: [] });
    expect((await frames({ frames: 12 }, 'jpg')).body.outputs[0]).toMatchObject({
      frames: 1,
      warnings: [{ code: 'animation_flattened' }],
    });
  });
});

describe('what the upload would refuse the plan refuses in the same words', () => {
  const differing = ['request_id', 'instance'];
  const words = (problem: Record<string, unknown>) =>
    Object.fromEntries(Object.entries(problem).filter(([member]) => !differing.includes(member)));

  test.each([
    ['a bad parameter', [{ operation_type: 'resize', parameters: { width: 0, height: 3 } }]],
    ['too many operations', [resize(1, 1), resize(1, 1), resize(1, 1)]],
    ['a size beyond the limit', [resize(9000, 9000)]],
    ['an unknown operation', [{ operation_type: 'paint', parameters: {} }]],
    ['no list', 'nothing'],
  ])('%s', async (_words, operations) => {
    const answer = await plan({ source: SOURCE, operations });
    const sent = typeof operations === 'string' ? JSON.stringify(operations) : operations;
    const upload = await fetch(`${service.url}/api/images/`, { method: 'POST', body: formOf(jpeg, sent) });
    expect([answer.status, words(answer.body)]).toEqual([400, words((await upload.json()) as Record<string, unknown>)]);
  });

  test('too many pixels, and too large a file', async () => {
    const large = { ...SOURCE, width: 10_000, height: 9000 };
    expect(await plan({ source: large, operations: [] })).toMatchObject({
      status: 422,
      body: { code: 'too_many_pixels' },
    });
    const heavy = { ...SOURCE, bytes: 3_000_000 };
    expect(await plan({ source: heavy, operations: [] })).toMatchObject({
      status: 413,
      body: { code: 'file_too_large' },
    });
    expect((await plan({ source: heavy, operations: [] }, tokens.access)).status).toBe(200);
  });
});

test('faults of the source and of what is wanted are told at once', async () => {
  const source = { format: 'gif', width: 0, alpha: 1, frames: 1.5, colour: 'red' };
  const { body } = await plan({ source, operations: [5], other: 1 });
  expect(body.errors.map(({ pointer }: { pointer: string }) => pointer).sort()).toEqual(
    [
      '/operations/0',
      '/other',
      ...['alpha', 'colour', 'format', 'frames', 'height', 'width'].map((name) => `/source/${name}`),
    ].sort(),
  );
  expect((await plan({ operations: [] })).body.errors).toMatchObject([{ pointer: '/source', code: 'required' }]);
});
