import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Answer, ApiClient, PASSWORD, refusal, type TokenPair } from '../support/api-client.ts';
import { ImagesApi } from '../support/images-api.ts';
import { image, photograph, quarters } from '../support/pictures.ts';
import { BOUNDARY, multipart, type RawPart } from '../support/raw-http.ts';
import { type Service, startService } from '../support/service.ts';
import { formOf, upload } from '../support/upload.ts';

const picture = await image(photograph(60, 45)).jpeg().toBuffer();

let service: Service;
let client: ApiClient;
beforeAll(async () => {
  service = await startService({ THROTTLE_ANONYMOUS_PER_MINUTE: '1000', THROTTLE_AUTHENTICATED_PER_MINUTE: '1000' });
  client = new ApiClient(service.url);
});
afterAll(() => service.stop());

type Fields = Record<string, string>;

/** The three ways in which a client may send the members of a body. */
const SENT_AS: Record<string, (path: string, fields: Fields) => Promise<Answer<unknown>>> = {
  JSON: (path, fields) => client.post(path, fields),
  'a form': (path, fields) => client.send(path, { method: 'POST', body: new URLSearchParams(fields) }),
  'a multipart form': (path, fields) => {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    return client.send(path, { method: 'POST', body: form });
  },
};

describe.each(Object.entries(SENT_AS))('signing in with %s', (kind, send) => {
  const username = `anna${Object.keys(SENT_AS).indexOf(kind)}`;
  const account = { username, email: `${username}@example.com`, password: 'größer & schöner = 7' };
  const unknown = { csrfmiddlewaretoken: 'x'.repeat(64), password2: account.password };

  test('registers, logs in, refreshes and logs out, and what is not known is ignored', async () => {
    const registered = await send('/accounts/register/', { ...account, ...unknown });
    expect([registered.status, registered.body]).toMatchObject([201, { data: { username, email: account.email } }]);
    const { username: name, password } = account;
    const loggedIn = await send('/accounts/login/', { username: name, password, ...unknown });
    expect(loggedIn.status).toBe(200);
    const { refresh } = loggedIn.body as TokenPair;
    const refreshed = await send('/accounts/refresh/', { refresh, ...unknown });
    expect(refreshed.status).toBe(200);
    const next = refreshed.body as TokenPair;
    expect((await client.as(next).get('/accounts/me/')).status).toBe(200);
    expect((await send('/accounts/logout/', { refresh: next.refresh, ...unknown })).status).toBe(204);
    expect(refusal(await client.as(next).get('/accounts/me/'))).toEqual([401, 'invalid_token']);
  });

  test('says what is wrong with each member, and repeats no password', async () => {
    const answer = await send('/accounts/register/', { username: 'a b', password: 'hunter2' });
    expect(answer.body).toMatchObject({
      code: 'validation_failed',
      errors: expect.arrayContaining([
        expect.objectContaining({ pointer: '/username', code: 'invalid_value' }),
        expect.objectContaining({ pointer: '/email', code: 'required' }),
        expect.objectContaining({ pointer: '/password', code: 'invalid_value' }),
      ]),
    });
    expect(answer.text).not.toContain('hunter2');
  });

  test('counts refreshing by session', async () => {
    const tokens = await client.newAccount(`session${username}`);
    const answer = await send('/accounts/refresh/', { refresh: tokens.refresh });
    expect(answer.headers.get('ratelimit-policy')).toBe('"caller";q=1000;w=60');
  });
});

describe('a form', () => {
  const forms = Object.entries(SENT_AS).filter(([kind]) => kind !== 'JSON');

  test.each(forms)('%s opens no session in a cookie: other sites can make a browser send it', async (kind, send) => {
    const username = `cookie${forms.findIndex(([one]) => one === kind)}`;
    await client.register(username);
    const answer = await send('/accounts/login/', { username, password: PASSWORD, session: 'cookie' });
    expect([answer.status, answer.headers.get('set-cookie')]).toEqual([200, null]);
    expect(answer.body).toMatchObject({ refresh: expect.any(String) });
  });

  test.each(forms)('%s of more than 16 KiB is refused', async (_kind, send) => {
    const answer = await send('/accounts/refresh/', { refresh: 'x'.repeat(20_000) });
    expect(refusal(answer)).toEqual([413, 'body_too_large']);
  });

  const sendParts = (parts: readonly RawPart[]) =>
    client.send('/accounts/login/', {
      method: 'POST',
      headers: { 'Content-Type': `multipart/form-data; boundary=${BOUNDARY}` },
      body: new Uint8Array(multipart(parts)),
    });

  test('that is cut, or brings a file, cannot be read', async () => {
    const file = { name: 'username', filename: 'a.txt', body: 'ada' };
    expect(refusal(await sendParts([file]))).toEqual([400, 'malformed_request']);
    const cut = await client.send('/accounts/login/', {
      method: 'POST',
      headers: { 'Content-Type': `multipart/form-data; boundary=${BOUNDARY}` },
      body: `--${BOUNDARY}\r\nContent-Disposition: form-data; name="username"\r\n\r\nad`,
    });
    expect(refusal(cut)).toEqual([400, 'malformed_request']);
  });

  test('of several parts is not compressed', async () => {
    const answer = await client.send('/accounts/login/', {
      method: 'POST',
      headers: { 'Content-Type': `multipart/form-data; boundary=${BOUNDARY}`, 'Content-Encoding': 'gzip' },
      body: gzipSync(multipart([{ name: 'username', body: 'ada' }])),
    });
    expect(refusal(answer)).toEqual([415, 'unsupported_media_type']);
    expect(answer.text).toContain('for Content-Encoding, received \\"gzip\\"');
  });

  test('with hundreds of fields cannot be read', async () => {
    const many = new URLSearchParams(Array.from({ length: 300 }, (_, i): [string, string] => [`f${i}`, 'x']));
    expect(refusal(await client.send('/accounts/login/', { method: 'POST', body: many }))).toEqual([
      400,
      'malformed_request',
    ]);
  });

  test('that names a member twice, or __proto__, is no way around the checks', async () => {
    const twice = await client.send('/accounts/login/', {
      method: 'POST',
      body: new URLSearchParams('username=ada&username=eve&password=x&__proto__=admin'),
    });
    expect(twice.body).toMatchObject({ status: 400, errors: [{ pointer: '/username', code: 'invalid_value' }] });
  });

  test.each(['text/plain', 'application/xml', ''])('is known by its type: %j is not one', async (type) => {
    const headers = { 'Content-Type': type };
    const answer = await client.send('/accounts/login/', { method: 'POST', headers, body: 'username=ada' });
    expect(refusal(answer)).toEqual([415, 'unsupported_media_type']);
    expect(answer.text).toContain('application/x-www-form-urlencoded or multipart/form-data');
  });
});

describe('an upload of a client of the public service', () => {
  test('may say jpeg and greyscale, in any case of the format', async () => {
    const operations = [
      { operation_type: 'filter', parameters: { type: 'greyscale' } },
      { operation_type: 'convert', parameters: { format: 'JPEG' } },
    ];
    const job = await new ImagesApi(service).process(await image(quarters(20, 20)).png().toBuffer(), operations);
    expect(job.operations.map(({ parameters }) => parameters)).toEqual([{ type: 'grayscale' }, { format: 'jpg' }]);
    expect(job).toMatchObject({ status: 'completed', result: { format: 'jpg', width: 20, height: 20 } });
  });

  test('may bring fields that a person left empty', async () => {
    const form = formOf(picture, []);
    for (const name of ['outputs', 'preset']) form.append(name, '');
    expect((await new ImagesApi(service).post(form)).status).toBe(201);
  });

  test('may pass a proxy that puts a password of its own on it', async () => {
    const job = await new ImagesApi(service, undefined, { Authorization: 'Basic cHJveHk6c2VjcmV0' }).submit(picture);
    expect(await new ImagesApi(service).show(job.id)).toMatchObject({ id: job.id });
  });

  test('may bring fields that nobody reads, and is told so', async () => {
    const form = formOf(picture, []);
    form.append('csrfmiddlewaretoken', 'x'.repeat(64));
    const answer = await new ImagesApi(service).post(form);
    const { warnings } = (await answer.json()) as { warnings: { code: string; detail: string }[] };
    expect([answer.status, warnings]).toEqual([
      201,
      [{ code: 'field_ignored', detail: expect.stringContaining('csrfmiddlewaretoken') }],
    ]);
  });

  test('under another name than original_image is a 400 that names the field that came', async () => {
    const form = new FormData();
    form.append('image', new Blob([picture]), 'a.jpg');
    form.append('operations', '[]');
    const answer = await new ImagesApi(service).post(form);
    const { detail } = (await answer.json()) as { detail: string };
    expect([answer.status, detail]).toEqual([400, expect.stringMatching(/original_image.*received.*image/)]);
  });

  test('ends with a line break, as every answer that people read in a terminal', async () => {
    const [job, refused] = [await upload(service), await client.post('/accounts/login/', {})];
    expect([(await job.text()).at(-1), refused.text.at(-1)]).toEqual(['\n', '\n']);
  });
});

describe('what the public service does, and this one does otherwise on purpose', () => {
  let owner: ImagesApi;
  let tokens: TokenPair;
  beforeAll(async () => {
    tokens = await client.newAccount('Otto');
    owner = new ImagesApi(service, tokens);
  });

  const upload = async (operations: unknown, bytes: Uint8Array = picture) => {
    const answer = await owner.upload(bytes, JSON.stringify(operations));
    const { code } = (await answer.json()) as { code?: string };
    return [answer.status, code];
  };

  test('a list is an object of pages, and for accounts alone', async () => {
    expect(await owner.list()).toEqual({ results: [], next: null, previous: null });
    expect(refusal(await client.get('/api/images/'))).toEqual([401, 'not_authenticated']);
  });

  test('names are one without regard to case', async () => {
    expect(refusal(await client.register('OTTO', PASSWORD, 'another@example.com'))).toEqual([409, 'username_taken']);
    expect(refusal(await client.register('another', PASSWORD, 'OTTO@example.com'))).toEqual([409, 'email_taken']);
    expect((await client.post('/accounts/register/', { username: 'nobody', password: PASSWORD })).status).toBe(400);
  });

  test('a dead token is `invalid_token`; its claims are those of RFC 9068', async () => {
    expect(refusal(await client.as({ access: 'dead' }).get('/accounts/me/'))).toEqual([401, 'invalid_token']);
    const claims = JSON.parse(Buffer.from(tokens.access.split('.')[1] ?? '', 'base64url').toString()) as object;
    expect(claims).toMatchObject({ sub: expect.any(String), typ: 'access', exp: expect.any(Number) });
    expect(Object.keys(claims)).not.toEqual(expect.arrayContaining(['user_id']));
  });

  test('errors are problem documents', async () => {
    const answer = await client.post<{ errors: object[] }>('/accounts/login/', {});
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(answer.body.errors).toContainEqual(expect.objectContaining({ pointer: '/username', code: 'required' }));
  });

  test('a log-out without a token is a 400, and with one a 204', async () => {
    expect(refusal(await client.post('/accounts/logout/', {}))).toEqual([400, 'validation_failed']);
    const { refresh } = await client.logIn('Otto');
    expect((await client.post('/accounts/logout/', { refresh })).status).toBe(204);
  });

  test.each([
    ['numbers as text', [{ operation_type: 'resize', parameters: { width: '10', height: '10' } }]],
    ['a quality that is no integer', [{ operation_type: 'compress', parameters: { quality: 80.5 } }]],
    ['unknown parameters', [{ operation_type: 'resize', parameters: { width: 10, height: 10, depth: 1 } }]],
    ['any size', [{ operation_type: 'resize', parameters: { width: 100_000, height: 10 } }]],
    ['a null', [null]],
    ['no end of operations', Array(11).fill({ operation_type: 'filter', parameters: { type: 'blur' } })],
  ])('operations with %s are a 400', async (_case, operations) => {
    expect(await upload(operations)).toEqual([400, 'validation_failed']);
  });

  test('without operations the refusal says that an empty array is allowed', async () => {
    const form = new FormData();
    form.append('original_image', new Blob([picture]), 'a.jpg');
    const answer = await owner.post(form);
    expect(answer.status).toBe(400);
    expect(((await answer.json()) as { detail: string }).detail).toBe(
      'Expected a JSON array for operations ([] re-encodes the image as it is), received nothing',
    );
  });

  test('a GIF is a 415, and a file that is too large a 413', async () => {
    expect(await upload([], await image(quarters(20, 20)).gif().toBuffer())).toEqual([415, 'unsupported_format']);
    const large = Buffer.concat([picture, Buffer.alloc(10_485_761)]);
    expect(await upload([], large)).toEqual([413, 'file_too_large']);
  });

  test('what is not yours is a 404', async () => {
    const { id } = await owner.submit(picture);
    expect((await new ImagesApi(service).get(`${id}/`)).status).toBe(404);
    expect((await new ImagesApi(service).download(id)).status).toBe(404);
  });

  test('the window counts from completion, and a download never extends it', async () => {
    const { id, download_expires_at, completed_at } = await owner.process(picture);
    expect(Date.parse(download_expires_at ?? '') - Date.parse(completed_at ?? '')).toBe(3_600_000);
    await (await owner.download(id)).arrayBuffer();
    const first = (await owner.show(id)).download_expires_at;
    service.clock.advance(60);
    await (await owner.download(id)).arrayBuffer();
    expect((await owner.show(id)).download_expires_at).toBe(first);
    service.clock.advance(300);
    expect((await owner.download(id)).status).toBe(410);
  });
});
