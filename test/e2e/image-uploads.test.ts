import { once } from 'node:events';
import { watch } from 'node:fs';
import { readlink } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { gzipSync } from 'node:zlib';
import { parse } from 'content-disposition';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { folderHolds, folderIsEmpty, namesIn } from '../support/folders.ts';
import { ImagesApi } from '../support/images-api.ts';
import { convert, filter, resize } from '../support/operations.ts';
import { animation, hugePng, image, photograph, plain, quarters } from '../support/pictures.ts';
import { BOUNDARY, chunk, multipart, RawConnection, type RawPart, uploadHead } from '../support/raw-http.ts';
import { type Service, startService } from '../support/service.ts';
import { formOf } from '../support/upload.ts';

const FILE_BYTES = 2_097_152;

let service: Service;
let anyone: ImagesApi;
let member: ImagesApi;
let spool: string;
beforeAll(async () => {
  service = await startService({
    THROTTLE_ANONYMOUS_PER_MINUTE: '10000',
    THROTTLE_AUTHENTICATED_PER_MINUTE: '10000',
    ANONYMOUS_ACTIVE_JOBS: '1000',
    ANONYMOUS_SOURCE_PIXELS: '40000',
    AUTHENTICATED_SOURCE_PIXELS: '60000',
  });
  spool = service.spool;
  anyone = new ImagesApi(service);
  member = await ImagesApi.ofNewAccount(service, 'uploader');
});
afterAll(async () => {
  await service.app.close();
  expect(await namesIn(spool)).toEqual([]);
  // The service ran in this process: nor does it hold a file that has no name any more.
  const open = await Promise.all(
    (await namesIn('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')),
  );
  expect(open.filter((path) => path.startsWith(spool))).toEqual([]);
  await service.stop();
});
// Whatever was sent, no spool file stays.
afterEach(() => folderIsEmpty(spool));

const jpeg = await image(photograph(60, 45)).jpeg().toBuffer();
const picture = { name: 'original_image', filename: 'a.jpg', body: jpeg };
const noOperations = { name: 'operations', body: '[]' };
/** As many bytes as a photograph, and more, with the first bytes of one. */
const largeJpeg = (bytes: number) => Buffer.concat([jpeg, Buffer.alloc(bytes - jpeg.length)]);

/** Status and problem of a refusal. */
async function refusal(response: Promise<Response>): Promise<Record<string, unknown>> {
  const answer = await response;
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  return (await answer.json()) as Record<string, unknown>;
}

/** Sends parts as they stand on the wire. */
function send(parts: readonly RawPart[], type = `multipart/form-data; boundary=${BOUNDARY}`): Promise<Response> {
  return sendBody(Buffer.from(multipart(parts)), type);
}

function sendBody(body: Buffer<ArrayBuffer> | string, type: string): Promise<Response> {
  return fetch(`${service.url}/api/images/`, { method: 'POST', headers: { 'Content-Type': type }, body });
}

describe('the file', () => {
  test('is known by its bytes, whatever its name and its declared type', async () => {
    const heic = Buffer.concat([Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1'), Buffer.alloc(100)]);
    const others = [
      ['a HEIC picture, as iPhones make them', heic],
      ['an AVIF picture', await image(quarters(20, 20)).avif({ effort: 0 }).toBuffer()],
      ['a GIF picture', await image(quarters(20, 20)).gif().toBuffer()],
      ['a TIFF picture', await image(quarters(20, 20)).tiff().toBuffer()],
      ['an SVG drawing', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"></svg>')],
      ['a PDF document', Buffer.from('%PDF-1.7\n1 0 obj')],
      ['a file of type audio/wav', Buffer.from('RIFF\x24\0\0\0WAVEfmt ', 'latin1')],
      ['other bytes', Buffer.from('just some words')],
      ['other bytes', Buffer.from('<script>alert(1)</script>')],
      ['other bytes', Buffer.from('short')],
    ] as const;
    for (const [received, body] of others) {
      const sent = send([{ ...picture, type: 'image/jpeg', body }, noOperations]);
      expect(await refusal(sent)).toMatchObject({
        status: 415,
        code: 'unsupported_format',
        detail: `Expected the bytes of a JPEG, PNG or WebP for original_image, received ${received}`,
      });
    }
    const png = await image(quarters(20, 20)).png().toBuffer();
    const sent = await send([
      { name: 'original_image', filename: 'a.txt', type: 'text/plain', body: png },
      noOperations,
    ]);
    expect([sent.status, await sent.json()]).toMatchObject([201, { image_format: 'png' }]);
  });

  test('is not empty', async () => {
    const problem = await refusal(anyone.upload(Buffer.alloc(0)));
    expect(problem).toMatchObject({ status: 415, code: 'unsupported_format' });
    expect(problem.detail).toContain('received an empty file');
  });

  test('has a header that can be read', async () => {
    const png = await image(quarters(20, 20)).png().toBuffer();
    const webp = await image(quarters(20, 20)).webp().toBuffer();
    for (const bytes of [jpeg.subarray(0, 3), jpeg.subarray(0, 100), png.subarray(0, 8), webp.subarray(0, 20)]) {
      expect(await refusal(anyone.upload(bytes))).toMatchObject({ status: 422, code: 'unreadable_image' });
    }
  });

  test('has no more pixels than the caller may send, over all its frames', async () => {
    const bomb = await hugePng(30_000, 30_000);
    expect(bomb.length).toBeLessThan(400_000);
    for (const [caller, owner, most] of [
      [anyone, 'anonymous callers', '0.04 MP'],
      [member, 'signed-in callers', '0.06 MP'],
    ] as const) {
      expect(await refusal(caller.upload(bomb))).toMatchObject({
        status: 422,
        code: 'too_many_pixels',
        detail: `Expected an image of at most ${most} (limit of ${owner}), received 30000x30000, which is 900 MP`,
      });
    }
    const frames = [1, 2, 3].map((shade) => plain(120, 120, [shade, 0, 0]));
    const moving = await animation(frames).toBuffer();
    expect((await refusal(anyone.upload(moving))).detail).toContain('received 120x120, 3 frames, which is 0.04 MP');
    expect((await member.upload(moving)).status).toBe(201);
  });

  test('is one', async () => {
    const two = refusal(send([picture, picture, noOperations]));
    expect(await two).toMatchObject({ status: 400, errors: [{ pointer: '/original_image', code: 'invalid_value' }] });
    const none = await refusal(send([{ name: 'operations', body: '[{}]' }]));
    expect(none).toMatchObject({
      status: 400,
      code: 'validation_failed',
      errors: [
        { pointer: '/original_image', code: 'required' },
        { pointer: '/operations/0/operation_type', code: 'required' },
        { pointer: '/operations/0/parameters', code: 'required' },
      ],
    });
    const unchosen = { name: 'original_image', filename: '', type: 'application/octet-stream', body: '' };
    const asText = refusal(send([unchosen, noOperations]));
    expect(await asText).toMatchObject({ status: 400, errors: [{ pointer: '/original_image', code: 'required' }] });
  });

  test.each([
    ['and a type', { type: 'image/jpeg' }],
    ['and no type', {}],
    ['and a general type', { type: 'application/octet-stream' }],
    ['but an empty one', { filename: '', type: 'image/jpeg' }],
  ])('may have no name %s', async (_how, part) => {
    const large = largeJpeg(300_000);
    const response = await send([{ name: 'original_image', body: large, ...part }, noOperations]);
    const job = await response.json();
    expect([response.status, job]).toMatchObject([201, { source: { width: 60, height: 45, bytes: 300_000 } }]);
    const words = refusal(send([{ name: 'original_image', body: 'a.jpg', ...part }, noOperations]));
    expect(await words).toMatchObject({ status: 415, code: 'unsupported_format' });
  });

  test.each([
    ['../../etc/passwd.jpg', 'passwd.jpg'],
    ['C:\\photos\\cat.png', 'cat.jpg'],
    ['a\r\nX-Injected: 1\r\n.jpg', 'aX-Injected_ 1.jpg'],
    ['sun 🌞 & café.jpeg', 'sun 🌞 & café.jpg'],
    ['say "cheese"; filename=b.exe', 'say _cheese_; filename=b.jpg'],
    ['archive.tar.gz', 'archive.tar.jpg'],
    ['.jpg', 'image.jpg'],
    [`${'x'.repeat(300)}.jpg`, `${'x'.repeat(196)}.jpg`],
    ['CON.webp', '_CON.jpg'],
    ['a:b<c>|?*.webp', 'a_b_c____.jpg'],
    ['..webp', 'image.jpg'],
    ['.hidden.png', 'hidden.jpg'],
  ])('called %j is given back under a name that harms nobody', async (name, given) => {
    const job = await anyone.process(jpeg, [], name);
    const download = await anyone.download(job.id);
    expect(download.headers.get('x-injected')).toBeNull();
    const disposition = download.headers.get('content-disposition') as string;
    expect(parse(disposition)).toMatchObject({ type: 'attachment', parameters: { filename: given } });
    await download.arrayBuffer();
    const archive = await anyone.get(`${job.id}/archive/`);
    expect(parse(archive.headers.get('content-disposition') as string)).toMatchObject({
      parameters: { filename: given.replace(/\.jpg$/, '.zip') },
    });
    await archive.arrayBuffer();
  });
});

describe('operations', () => {
  test('may come as a file part, and as several parts of one object each', async () => {
    const operations = [resize(30, 20), filter('blur')];
    const json = { name: 'operations', filename: 'blob', type: 'application/json', body: JSON.stringify(operations) };
    const inParts = operations.map((operation) => ({ name: 'operations', body: JSON.stringify(operation) }));
    const asFiles = inParts.map((part) => ({ ...part, filename: 'blob', type: 'application/json' }));
    for (const parts of [[json], inParts, [inParts[0] as RawPart], asFiles]) {
      for (const sent of [
        [...parts, picture],
        [picture, ...parts],
      ]) {
        const response = await send(sent);
        const answer = await response.json();
        expect([response.status, answer]).toMatchObject([
          201,
          { operations: operations.slice(0, parts === inParts || parts.length === 2 || parts[0] === json ? 2 : 1) },
        ]);
      }
    }
  });

  test('may begin with a byte order mark, and be bytes without a name', async () => {
    for (const part of [{}, { filename: 'blob', type: 'application/json' }, { type: 'application/octet-stream' }]) {
      const sent = await send([picture, { name: 'operations', body: '\uFEFF[]', ...part }]);
      expect([sent.status, await sent.json()]).toMatchObject([201, { operations: [] }]);
    }
  });

  test('are refused with every fault at once, before a job is made', async () => {
    const problem = await refusal(
      anyone.upload(jpeg, [
        { operation_type: 'resize', parameters: { width: 0, height: '9', depth: 1 } },
        { operation_type: 'compress', parameters: { quality: 95 }, extra: true },
      ]),
    );
    expect(problem).toMatchObject({ status: 400, code: 'validation_failed' });
    expect(
      (problem.errors as { pointer: string; detail: string }[]).map(({ pointer, detail }) => [pointer, detail]),
    ).toEqual([
      [
        '/operations/0/parameters/depth',
        'Expected only the members width, height, fit, gravity, color, received "depth"',
      ],
      [
        '/operations/0/parameters/width',
        'Expected an integer from 1 to 10000 (limit of anonymous callers) for width, received 0',
      ],
      [
        '/operations/0/parameters/height',
        'Expected an integer from 1 to 10000 (limit of anonymous callers) for height, received "9"',
      ],
      ['/operations/1/extra', 'Expected only the members operation_type, parameters, received "extra"'],
      [
        '/operations/1/parameters/quality',
        'Expected an integer from 40 to 80 (limit of anonymous callers) for quality, received 95',
      ],
    ]);
  });

  test('are refused when an AVIF would be too large for its encoder', async () => {
    const large = [resize(4100, 4000), convert('avif')];
    expect((await refusal(anyone.upload(jpeg, large))).errors).toEqual([
      {
        pointer: '/operations/1/parameters/format',
        code: 'beyond_format',
        detail: 'Expected avif of at most 16 MP for format, received one that computes to 4100x4000, which is 16.4 MP',
      },
    ]);
    const fitted = [
      resize(2001, 1000),
      convert('avif'),
      { operation_type: 'compress', parameters: { max_bytes: 90_000 } },
    ];
    expect((await refusal(member.upload(jpeg, fitted))).errors).toMatchObject([
      { pointer: '/operations/2/parameters/max_bytes', detail: expect.stringContaining('avif of at most 2 MP') },
    ]);
  });

  test('are refused when a PNG shall have so many bytes at most', async () => {
    const operations = [
      { operation_type: 'compress', parameters: { max_bytes: 50_000 } },
      { operation_type: 'convert', parameters: { format: 'png' } },
    ];
    expect(await refusal(anyone.upload(jpeg, operations))).toMatchObject({
      status: 400,
      errors: [
        {
          pointer: '/operations/0/parameters/max_bytes',
          code: 'beyond_format',
          detail: expect.stringMatching(/^Expected one of .* as the format of the result for max_bytes, received png$/),
        },
      ],
    });
    const [pointer, detail] = [
      '/operations/0/parameters/max_bytes',
      'Expected an integer of at least 1000 for max_bytes',
    ];
    const tooFew = [{ operation_type: 'compress', parameters: { max_bytes: 999 } }];
    expect((await refusal(anyone.upload(jpeg, tooFew))).errors).toMatchObject([
      { pointer, detail: `${detail}, received 999` },
    ]);
  });

  test('are refused when the picture would grow beyond the limits, at any step', async () => {
    const tooLarge = await refusal(anyone.upload(jpeg, [resize(10_000, 10_000), resize(10, 10)]));
    expect(tooLarge).toMatchObject({
      status: 400,
      errors: [{ pointer: '/operations/0', code: 'over_limit', detail: expect.stringContaining('25 MP') }],
    });
    const wide = await image(plain(200, 1, [0, 0, 0]))
      .png()
      .toBuffer();
    const tooLong = await refusal(anyone.upload(wide, [resize(10, 100, 'outside')]));
    expect(tooLong.detail).toBe(
      'Expected a size of at most 10000 pixels a side (limit of anonymous callers) for resize, received one that computes to 20000x100',
    );
  });

  test('are at most 16 KiB', async () => {
    const huge = `[${' '.repeat(16_384)}]`;
    for (const part of [{}, { filename: 'blob', type: 'application/json' }]) {
      const sent = send([picture, { name: 'operations', body: huge, ...part }]);
      expect(await refusal(sent)).toMatchObject({ status: 413, code: 'body_too_large' });
    }
    const half = { name: 'operations', body: `{${' '.repeat(9_000)}}` };
    expect(await refusal(send([picture, half, half]))).toMatchObject({ status: 413, code: 'body_too_large' });
    expect((await send([picture, { name: 'operations', body: `[${' '.repeat(16_382)}]` }])).status).toBe(201);
  });
});

describe('the form', () => {
  test('may hold other fields, which are ignored', async () => {
    const others = ['0', '7', 'a[0]', 'a[99999]', 'a[b][c]', '[x]', 'a[', '__proto__', 'constructor[prototype]'].map(
      (name) => ({ name, body: 'x' }),
    );
    const deep = { name: `a${'[b]'.repeat(30)}`, body: 'x' };
    const unchosen = { name: 'avatar', filename: '', type: 'application/octet-stream', body: '' };
    const response = await send([...others, deep, unchosen, picture, noOperations]);
    const answer = (await response.json()) as { warnings: { detail: string }[] };
    expect([response.status, answer]).toMatchObject([201, { operations: [], warnings: [{ code: 'field_ignored' }] }]);
    const detail = answer.warnings[0]?.detail;
    for (const { name } of [...others, deep, unchosen]) expect(detail).toContain(`"${name.slice(0, 60)}`);
    expect(({} as Record<string, unknown>).prototype).toBeUndefined();
  });

  test('has files under no other name, which is told', async () => {
    const other = { name: 'image', filename: 'b.jpg', body: jpeg };
    const wrong = await refusal(send([other, noOperations]));
    expect(wrong).toMatchObject({
      status: 400,
      errors: [
        { pointer: '/image', detail: 'Expected a file for original_image alone, received one for "image"' },
        { pointer: '/original_image', code: 'required' },
      ],
    });
    expect(await refusal(send([picture, other, noOperations]))).toMatchObject({ errors: [{ pointer: '/image' }] });
  });

  test.each([
    ['a/b~c', '/a~1b~0c'],
    ['x'.repeat(100), `/${'x'.repeat(64)}`],
  ])('that has a file in the field %j points there as JSON pointers do', async (name, pointer) => {
    const problem = await refusal(send([picture, { name, filename: 'b.jpg', body: jpeg }, noOperations]));
    expect(problem).toMatchObject({ status: 400, errors: [{ pointer, code: 'unknown_field' }] });
  });

  test('is whole', async () => {
    const whole = multipart([picture, noOperations]);
    const cuts = [0, 10, 60, 110, 200, whole.length - 200, whole.length - 80, whole.length - 40, whole.length - 8];
    for (const length of cuts) {
      const sent = sendBody(Buffer.from(whole.subarray(0, length)), `multipart/form-data; boundary=${BOUNDARY}`);
      expect([length, await refusal(sent)]).toMatchObject([length, { status: 400, code: 'malformed_request' }]);
    }
  });

  test('has the boundary that it declares', async () => {
    const body = Buffer.from(multipart([picture, noOperations]));
    for (const type of ['multipart/form-data; boundary=another', 'multipart/form-data']) {
      expect(await refusal(sendBody(body, type))).toMatchObject({ status: 400 });
    }
  });

  test('is multipart/form-data', async () => {
    for (const type of ['application/json', 'application/x-www-form-urlencoded', 'image/jpeg', 'multipart/mixed']) {
      expect(await refusal(sendBody('{}', type))).toMatchObject({ status: 415, code: 'unsupported_media_type' });
    }
  });

  test('is not compressed, nor said to be', async () => {
    const plain = multipart([picture, noOperations]);
    const sendEncoded = (encoding: string, body: Buffer) => {
      const type = `multipart/form-data; boundary=${BOUNDARY}`;
      const headers = { 'Content-Type': type, 'Content-Encoding': encoding };
      return fetch(`${service.url}/api/images/`, { method: 'POST', headers, body: Buffer.from(body) });
    };
    for (const [encoding, body] of [
      ['gzip', gzipSync(plain)],
      ['gzip', plain],
      ['identity, br', plain],
    ] as const) {
      const answer = await sendEncoded(encoding, body);
      expect(answer.headers.get('accept-encoding')).toBe('identity');
      expect(await answer.json()).toMatchObject({
        status: 415,
        code: 'unsupported_media_type',
        detail: expect.stringMatching(`^Expected identity.* for Content-Encoding, received "${encoding}"$`),
      });
    }
    expect((await sendEncoded('Identity', plain)).status).toBe(201);
  });

  test('has a bounded number of parts', async () => {
    const fields = Array.from({ length: 1000 }, (_, index) => ({ name: `f${index}`, body: 'x' }));
    expect(await refusal(send([...fields, picture, noOperations]))).toMatchObject({ status: 400 });
    const files = Array.from({ length: 10 }, (_, index) => ({ name: `f${index}`, filename: 'x', body: 'x' }));
    expect(await refusal(send([...files, picture, noOperations]))).toMatchObject({ status: 400 });
  });
});

describe('a file that is too large', () => {
  const tooLarge = { status: 413, code: 'file_too_large' };

  test('is told by its last byte', async () => {
    const exact = await anyone.upload(largeJpeg(FILE_BYTES));
    expect(exact.status).toBe(201);
    const problem = await refusal(anyone.upload(largeJpeg(FILE_BYTES + 1)));
    expect(problem).toMatchObject(tooLarge);
    expect(problem.detail).toBe(
      `Expected a file of at most ${FILE_BYTES} bytes (limit of anonymous callers) for original_image, received a larger one`,
    );
    expect((await member.upload(largeJpeg(FILE_BYTES + 1))).status).toBe(201);
  });

  test('is refused by its declared length, and fetch reads the answer', async () => {
    for (const megabytes of [3, 12, 40]) {
      expect(await refusal(anyone.upload(largeJpeg(megabytes * 1_000_000)))).toMatchObject(tooLarge);
    }
  });

  test('is refused while it streams, and fetch reads the answer', async () => {
    const body = multipart([{ ...picture, body: largeJpeg(30_000_000) }, noOperations]);
    const stream = new ReadableStream({
      start(controller) {
        for (let at = 0; at < body.length; at += 65_536) controller.enqueue(body.subarray(at, at + 65_536));
        controller.close();
      },
    });
    const headers = { 'Content-Type': `multipart/form-data; boundary=${BOUNDARY}` };
    const init = { method: 'POST', headers, body: stream, duplex: 'half' } as RequestInit;
    expect(await refusal(fetch(`${service.url}/api/images/`, init))).toMatchObject(tooLarge);
  });

  test("is refused while it streams, and Node's own client reads the answer before it is done", async () => {
    const { promise, resolve, reject } = Promise.withResolvers<{ status?: number; body: string; sent: number }>();
    const headers = { 'Content-Type': `multipart/form-data; boundary=${BOUNDARY}` };
    const upload = httpRequest(`${service.url}/api/images/`, { method: 'POST', headers });
    let sent = 0;
    let answered = false;
    upload.on('error', reject);
    upload.on('response', (response) => {
      answered = true;
      let body = '';
      response.setEncoding('utf8').on('data', (text) => {
        body += text;
      });
      response.on('end', () => resolve({ status: response.statusCode, body, sent }));
    });
    const more = () => {
      if (answered) return void upload.end();
      sent += 65_536;
      upload.write(
        sent === 65_536
          ? multipart([{ ...picture, body: largeJpeg(65_536) }]).subarray(0, 65_536)
          : Buffer.alloc(65_536),
        () => setImmediate(more),
      );
    };
    more();
    const { status, body } = await promise;
    expect([status, JSON.parse(body)]).toMatchObject([413, tooLarge]);
  });

  test('is refused on a bare connection that goes on sending, which is cut when it does not stop', async () => {
    const connection = await RawConnection.to(service.url);
    await connection.write(uploadHead('Transfer-Encoding: chunked'));
    await connection.write(chunk(multipart([{ ...picture, body: largeJpeg(100_000) }]).subarray(0, 100_000)));
    const zeros = chunk(Buffer.alloc(65_536));
    let answered = false;
    const answer = connection.answer().finally(() => {
      answered = true;
    });
    while (!answered) await connection.write(zeros);
    expect(await answer).toMatchObject({ status: 413, body: expect.stringContaining('file_too_large') });
    await folderIsEmpty(spool);
    let open = true;
    void connection.closed.then(() => {
      open = false;
    });
    while (open) {
      await connection.write(zeros);
      await new Promise(setImmediate);
    }
  });

  test('is refused before its body is asked for', async () => {
    const connection = await RawConnection.to(service.url);
    await connection.write(uploadHead('Content-Length: 50000000', 'Expect: 100-continue'));
    expect(await connection.answer()).toMatchObject({ status: 413, body: expect.stringContaining('file_too_large') });
    connection.hangUp();
  });

  test('also as a part that is ignored', async () => {
    const connection = await RawConnection.to(service.url);
    await connection.write(uploadHead('Transfer-Encoding: chunked'));
    await connection.write(chunk(multipart([{ ...picture, name: 'other' }]).subarray(0, 200)));
    let answered = false;
    const answer = connection.answer().finally(() => {
      answered = true;
    });
    const zeros = chunk(Buffer.alloc(65_536));
    while (!answered) await connection.write(zeros);
    connection.hangUp();
    expect(await answer).toMatchObject({ status: 413, body: expect.stringContaining('file_too_large') });
  });
});

describe('a client', () => {
  test('that waits for 100-continue is asked for its body', async () => {
    const body = multipart([picture, noOperations]);
    const connection = await RawConnection.to(service.url);
    await connection.write(uploadHead(`Content-Length: ${body.length}`, 'Expect: 100-continue'));
    expect((await connection.answer()).status).toBe(100);
    await connection.write(body);
    expect((await connection.answer()).status).toBe(201);
    connection.hangUp();
  });

  test('that hangs up leaves nothing behind', async () => {
    const body = multipart([{ ...picture, body: largeJpeg(1_000_000) }, noOperations]);
    for (const sent of [100, 200, 70_000, 900_000]) {
      const connection = await RawConnection.to(service.url);
      await connection.write(uploadHead(`Content-Length: ${body.length}`));
      await connection.write(body.subarray(0, sent));
      if (sent > 200) await folderHolds(spool, (names) => names.length === 1);
      connection.hangUp();
      await folderIsEmpty(spool);
    }
    expect((await anyone.upload(jpeg)).status).toBe(201);
  });

  test('whose upload is refused may go on using its connection', async () => {
    const refused = multipart([{ ...picture, body: 'no image at all' }, noOperations]);
    const taken = multipart([picture, noOperations]);
    const connection = await RawConnection.to(service.url);
    await connection.write(uploadHead(`Content-Length: ${refused.length}`));
    await connection.write(refused);
    expect((await connection.answer()).status).toBe(415);
    await connection.write(uploadHead(`Content-Length: ${taken.length}`));
    await connection.write(taken);
    expect((await connection.answer()).status).toBe(201);
    connection.hangUp();
  });

  test('uploads many at once', async () => {
    const sent = await Promise.all(Array.from({ length: 30 }, () => anyone.post(formOf(jpeg, [convert('png')]))));
    expect(new Set(sent.map(({ status }) => status))).toEqual(new Set([201]));
    const ids = await Promise.all(sent.map(async (response) => ((await response.json()) as { id: string }).id));
    expect(new Set(ids).size).toBe(30);
  });
});

describe('a client that dribbles', () => {
  let impatient: Service;
  beforeAll(async () => {
    impatient = await startService({ REQUEST_TIMEOUT_SECONDS: '2', HEADERS_TIMEOUT_SECONDS: '1' });
  });
  afterAll(() => impatient.stop());

  test('its headers, or its body, is told so and cut', async () => {
    const headers = await RawConnection.to(impatient.url);
    await headers.write('POST /api/images/ HTTP/1.1\r\nHost: local');
    const body = await RawConnection.to(impatient.url);
    // That it was there: it may be gone again before anybody looks.
    const spool = watch(impatient.spool);
    const spooled = once(spool, 'change');
    await body.write(uploadHead('Content-Length: 100000'));
    await body.write(multipart([{ ...picture, body: largeJpeg(80_000) }]).subarray(0, 70_000));
    await spooled.finally(() => spool.close());
    for (const connection of [headers, body]) {
      expect(await connection.answer()).toMatchObject({
        status: 408,
        body: expect.stringContaining('request_timeout'),
      });
      await connection.closed;
    }
    await folderIsEmpty(impatient.spool);
  });
});
