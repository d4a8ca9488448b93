import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { ProblemDocument } from '../support/answers.ts';
import { ApiClient } from '../support/api-client.ts';
import { holdHeaders, openUploads } from '../support/inside-service.ts';
import { pauseWork, resumeWork } from '../support/paused-work.ts';
import { BOUNDARY, multipart, RawConnection } from '../support/raw-http.ts';
import { type Service, startService } from '../support/service.ts';
import { until } from '../support/until.ts';
import { SMALL_JPEG, upload } from '../support/upload.ts';
import { untilWaiting } from '../support/waiting.ts';

const SETTINGS = {
  THROTTLE_ANONYMOUS_PER_MINUTE: '1000',
  THROTTLE_AUTHENTICATED_PER_MINUTE: '1000',
  ANONYMOUS_ACTIVE_JOBS: '100',
  UPLOADS: '3',
  UPLOADS_PER_ACCOUNT: '2',
  UPLOADS_PER_ADDRESS: '1',
};
const IMAGES = '/api/images/';
const BATCHES = '/api/batches/';
const FIELDS = { [IMAGES]: 'original_image', [BATCHES]: 'images' };
type Path = keyof typeof FIELDS;

const SMALL = new Uint8Array(await SMALL_JPEG.arrayBuffer());

let service: Service;
let member: string;
let other: string;
beforeAll(async () => {
  service = await startService(SETTINGS);
  const client = new ApiClient(service.url);
  member = `Bearer ${(await client.newAccount('member')).access}`;
  other = `Bearer ${(await client.newAccount('other')).access}`;
});
afterAll(() => service.stop());

let held: Held[] = [];
// No test finds the places of another one taken.
afterEach(async () => {
  for (const { connection } of held) connection.hangUp();
  held = [];
  await untilOpen(0);
});

/** An upload of which a part has come, and no more comes by itself. */
class Held {
  private constructor(
    readonly connection: RawConnection,
    readonly rest: Uint8Array,
  ) {}

  /** Sends half of a form, once its body is asked for. */
  static async begin(authorization?: string, path: Path = IMAGES, { url } = service, file = SMALL): Promise<Held> {
    const { connection, body } = await asked(url, path, file, authorization);
    expect((await connection.answer()).status).toBe(100);
    await connection.write(body.subarray(0, body.length >> 1));
    const upload = new Held(connection, body.subarray(body.length >> 1));
    held.push(upload);
    return upload;
  }

  /** Sends the rest, or what is given in its place. */
  async finish(rest = this.rest): Promise<number> {
    await this.connection.write(rest);
    return (await this.connection.answer()).status;
  }
}

/** Sends the head of an upload whose body is yet to be asked for. */
async function asked(url: string, path: Path, file: Uint8Array, authorization?: string) {
  const body = multipart([
    { name: FIELDS[path], filename: 'photo.jpg', body: file },
    { name: 'operations', body: '[]' },
  ]);
  const head = [
    `POST ${path} HTTP/1.1`,
    'Host: localhost',
    `Content-Type: multipart/form-data; boundary=${BOUNDARY}`,
    `Content-Length: ${body.length}`,
    'Expect: 100-continue',
    ...(authorization === undefined ? [] : [`Authorization: ${authorization}`]),
  ];
  const connection = await RawConnection.to(url);
  await connection.write(`${head.join('\r\n')}\r\n\r\n`);
  return { connection, body };
}

/** What an upload is refused with before its body is asked for. */
async function refusal(authorization?: string, path: Path = IMAGES): Promise<[number, string, string, boolean]> {
  const { connection } = await asked(service.url, path, SMALL, authorization);
  const { status, headers, body } = await connection.answer();
  connection.hangUp();
  const { code, detail } = JSON.parse(body) as ProblemDocument;
  return [status, code, detail, Number(headers['retry-after']) > 0];
}

function untilOpen(count: number, of = service): Promise<number> {
  return until(
    () => openUploads(of),
    (open) => open === count,
  );
}

const uploaded = async (authorization?: string) =>
  (await upload(service, authorization === undefined ? {} : { headers: { Authorization: authorization } })).status;

test.each([IMAGES, BATCHES] as const)(
  'of uploads to %s and the like as many come in at once of a caller as one may send, and then as many again',
  async (path) => {
    const [first] = await Promise.all([Held.begin(member, path), Held.begin(member)]);
    const detail = 'Expected at most 2 uploads at once (limit of signed-in callers), received one more';
    expect(await refusal(member, path)).toEqual([429, 'too_many_uploads', detail, true]);
    expect(await uploaded(other)).toBe(201);
    expect(await first.finish()).toBe(201);
    await untilOpen(1);
    expect(await (await Held.begin(member, path)).finish()).toBe(201);
  },
);

test('of an address as many come in as one may send', async () => {
  await Held.begin();
  const detail = 'Expected at most 1 uploads at once (limit of anonymous callers), received one more';
  expect(await refusal()).toEqual([429, 'too_many_uploads', detail, true]);
});

test('when no more can be taken, all else goes on', async () => {
  await Promise.all([Held.begin(member), Held.begin(member, BATCHES), Held.begin()]);
  const detail = 'Expected at most 3 uploads at once (limit of each process of the service), received one more';
  expect(await refusal(other)).toEqual([503, 'uploads_full', detail, true]);
  expect((await fetch(`${service.url}/health/ready`)).status).toBe(200);
  expect((await fetch(`${service.url}${IMAGES}`, { headers: { Authorization: other } })).status).toBe(200);
});

test('an upload whose job is waited for needs no place any more', async () => {
  await pauseWork(service);
  onTestFinished(() => resumeWork(service));
  const waited = upload(service, { headers: { Prefer: 'wait=30' } });
  await untilWaiting(service, 1);
  await untilOpen(0);
  expect(await uploaded()).toBe(201);
  await resumeWork(service);
  expect(await (await waited).json()).toMatchObject({ status: 'completed' });
});

describe('a place is given back by an upload', () => {
  test('that is refused while it comes', async () => {
    const image = await Held.begin(undefined, IMAGES, service, new TextEncoder().encode('no image at all'.repeat(10)));
    expect((await image.connection.answer()).status).toBe(415);
    await untilOpen(0);
    expect(await uploaded()).toBe(201);
  });

  test('that is refused when it has come', async () => {
    const image = await Held.begin();
    expect(await image.finish(Buffer.alloc(image.rest.length))).toBe(400);
    await untilOpen(0);
  });

  test('whose client hangs up', async () => {
    const { connection } = await Held.begin();
    connection.hangUp();
    await untilOpen(0);
    expect(await uploaded()).toBe(201);
  });

  test('whose client hangs up when it has come, and not before it is done with', async () => {
    const { asked: looked, goOn } = holdHeaders(service);
    onTestFinished(goOn);
    const { connection, rest } = await Held.begin();
    await connection.write(rest);
    await until(
      () => looked.length,
      (files) => files === 1,
    );
    connection.hangUp();
    await connection.closed;
    expect((await refusal())[1]).toBe('too_many_uploads');
    goOn();
    await untilOpen(0);
  });

  test('whose client sends too slowly, or that the process cuts off as it stops', async () => {
    const impatient = await startService({
      ...SETTINGS,
      UPLOADS_PER_ADDRESS: '2',
      REQUEST_TIMEOUT_SECONDS: '3',
      HEADERS_TIMEOUT_SECONDS: '3',
      SHUTDOWN_GRACE_SECONDS: '1',
    });
    onTestFinished(() => impatient.stop());
    const slow = await Held.begin(undefined, IMAGES, impatient);
    expect((await slow.connection.answer()).status).toBe(408);
    await untilOpen(0, impatient);
    await Held.begin(undefined, IMAGES, impatient);
    await untilOpen(1, impatient);
    await impatient.halt();
    await untilOpen(0, impatient);
  });
});
