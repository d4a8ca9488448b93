import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ApiClient } from '../support/api-client.ts';
import { type Service, startService } from '../support/service.ts';

interface Refusal {
  readonly status: number;
  readonly errors: { pointer: string; code: string }[];
}

let service: Service;
let anonymous: ApiClient;
let member: ApiClient;
beforeAll(async () => {
  service = await startService({ THROTTLE_ANONYMOUS_PER_MINUTE: '1000', THROTTLE_AUTHENTICATED_PER_MINUTE: '1000' });
  anonymous = new ApiClient(service.url);
  member = anonymous.as(await anonymous.newAccount('thorough'));
});
afterAll(() => service.stop());

async function faultsOf(method: string, path: string, body: unknown): Promise<string[]> {
  const headers = { 'Content-Type': 'application/json' };
  const answer = await member.send<Refusal>(path, { method, headers, body: JSON.stringify(body) });
  expect(answer.status).toBe(400);
  return told(answer.body);
}

function told({ errors }: Refusal): string[] {
  return errors.map(({ pointer, code }) => `${pointer} ${code}`).sort();
}

const YEARS_AGO = '2020-01-01T00:00:00Z';
const BAD_RESIZE = { operation_type: 'resize', parameters: { width: 0 } };

describe('one 400 names all that is wrong with', () => {
  test.each<[string, string, object, string[]]>([
    [
      'POST',
      '/api/webhooks/',
      { url: 'http://127.0.0.1/x', events: ['nope'], description: 5, secret: 'x' },
      ['/url invalid_value', '/events invalid_value', '/description invalid_value', '/secret unknown_field'],
    ],
    ['POST', '/api/webhooks/', { url: 'https://10.0.0.1/' }, ['/url invalid_value', '/events required']],
    ['POST', '/api/webhooks/', { url: 5, events: [] }, ['/url invalid_value', '/events invalid_value']],
    [
      'POST',
      '/accounts/keys/',
      { name: '', expires_at: YEARS_AGO, scope: 'x' },
      ['/name invalid_value', '/scopes required', '/expires_at invalid_value', '/scope unknown_field'],
    ],
    [
      'POST',
      '/accounts/keys/',
      { name: '', scopes: [], expires_at: 'tomorrow' },
      ['/name invalid_value', '/scopes invalid_value', '/expires_at invalid_value'],
    ],
    [
      'POST',
      '/api/images/plan/',
      { operations: [BAD_RESIZE] },
      ['/source required', '/operations/0/parameters/width invalid_value', '/operations/0/parameters/height required'],
    ],
    [
      'POST',
      '/api/images/plan/',
      { foo: 1, source: { format: 'gif', bits: 8 }, outputs: [{ name: 'A', operations: [BAD_RESIZE] }] },
      [
        '/foo unknown_field',
        '/source/format invalid_value',
        '/source/width required',
        '/source/height required',
        '/source/bits unknown_field',
        '/outputs/0/name invalid_value',
        '/outputs/0/operations/0/parameters/width invalid_value',
        '/outputs/0/operations/0/parameters/height required',
      ],
    ],
    [
      'POST',
      '/api/images/plan/',
      { source: [], preset: 'nowhere', foo: 1 },
      ['/source invalid_value', '/preset invalid_value', '/foo unknown_field'],
    ],
    [
      'PUT',
      '/api/presets/BAD/',
      { foo: 1, operations: [BAD_RESIZE, 5] },
      [
        '/name invalid_value',
        '/foo unknown_field',
        '/operations/0/parameters/width invalid_value',
        '/operations/0/parameters/height required',
        '/operations/1 invalid_value',
      ],
    ],
    ['PUT', '/api/presets/BAD/', {}, ['/name invalid_value', '/operations required']],
  ])('%s %s, in the body itself and in what it asks for: %j', async (method, path, body, expected) => {
    expect(await faultsOf(method, path, body)).toEqual([...expected].sort());
  });

  test('a webhook that is changed', async () => {
    const { body } = await member.post<{ id: string }>('/api/webhooks/', {
      url: 'https://hooks.example.com/',
      events: ['image.failed'],
    });
    const wrong = { url: 'https://10.0.0.1/', events: [], disabled: 'yes', secret: 'x' };
    expect(await faultsOf('PATCH', `/api/webhooks/${body.id}/`, wrong)).toEqual([
      '/disabled invalid_value',
      '/events invalid_value',
      '/secret unknown_field',
      '/url invalid_value',
    ]);
  });

  test('a question for usage', async () => {
    const { status, body } = await member.get<Refusal>('/api/usage/?from=2026-05-02&to=2026-05-01&group_by=colour');
    expect([status, told(body)]).toEqual([400, ['/from invalid_value', '/group_by invalid_value']]);
  });

  test('an upload, in its form and in what that names', async () => {
    const form = new FormData();
    form.set('picture', new Blob(['x']), 'x.jpg');
    form.set('operations', JSON.stringify([BAD_RESIZE]));
    form.set('webhook_url', 'https://10.0.0.1/');
    const { status, body } = await member.send<Refusal>('/api/images/', { method: 'POST', body: form });
    expect([status, told(body)]).toEqual([
      400,
      [
        '/operations/0/parameters/height required',
        '/operations/0/parameters/width invalid_value',
        '/original_image required',
        '/picture unknown_field',
        '/webhook_url invalid_value',
      ],
    ]);
  });
});
