import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ApiClient, PASSWORD } from '../support/api-client.ts';
import { ImagesApi } from '../support/images-api.ts';
import { RawConnection, uploadHead } from '../support/raw-http.ts';
import { parsedAnswer, rawRequest } from '../support/raw-request.ts';
import { ServiceProcess } from '../support/service-process.ts';
import { SMALL_JPEG } from '../support/upload.ts';

type Line = Record<string, unknown>;

let service: ServiceProcess;
let client: ApiClient;
beforeAll(async () => {
  service = await ServiceProcess.start({
    THROTTLE_ANONYMOUS_PER_MINUTE: '1000',
    REQUEST_TIMEOUT_SECONDS: '2',
    HEADERS_TIMEOUT_SECONDS: '2',
  });
  client = new ApiClient(service.url);
});
afterAll(() => service.stop());

/** The lines of the log so far that have all these members. */
function lines(members: Line): Line[] {
  return (
    service.log
      // What the start says on stderr is for people.
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Line)
      .filter((line) => Object.entries(members).every(([name, value]) => line[name] === value))
  );
}

/** Waits until there are that many such lines; they may reach this process after the answer. */
async function awaited(count: number, members: Line): Promise<Line[]> {
  await expect.poll(() => lines(members).length).toBeGreaterThanOrEqual(count);
  return lines(members);
}

/** The lines of requests that carry this id. */
const ofRequest = (request_id: string) => awaited(1, { context: 'Request', request_id });

test('every request leaves one line: route, status, milliseconds, who', async () => {
  const tokens = await client.newAccount('logged');
  const { id } = (await client.as(tokens).get<{ id: string }>('/accounts/me/')).body;
  const requestId = `me-${randomUUID()}`;
  await client.as(tokens).with({ 'X-Request-Id': requestId }).get('/accounts/me/?secret=hunter2');
  const anonymous = `anonymous-${randomUUID()}`;
  await client.with({ 'X-Request-Id': anonymous }).get('/api/images/');
  const nowhere = `nowhere-${randomUUID()}`;
  await client.with({ 'X-Request-Id': nowhere }).get('/nowhere/?secret=hunter2');
  const described = { level: 30, ms: expect.any(Number), method: 'GET' };
  expect(await ofRequest(requestId)).toMatchObject([
    { ...described, route: '/accounts/me', status: 200, account: id, msg: expect.stringContaining('/accounts/me 200') },
  ]);
  expect(await ofRequest(anonymous)).toMatchObject([
    { ...described, route: '/api/images', status: 401, address: '127.0.0.1' },
  ]);
  expect(await ofRequest(nowhere)).toMatchObject([{ ...described, path: '/nowhere/', status: 404 }]);
  expect(service.log.join('\n')).not.toContain('hunter2');
});

test('the lines of a job name it, from the upload to the download', async () => {
  const images = new ImagesApi(service);
  const { id: job } = await images.process(await SMALL_JPEG.bytes(), []);
  await (await images.download(job)).arrayBuffer();
  const routes = (await awaited(3, { context: 'Request', job })).map(({ method, route, status }) => [
    method,
    route,
    status,
  ]);
  expect(routes).toEqual([
    ['POST', '/api/images', 201],
    ['GET', '/api/images/:id', 200],
    ['GET', '/api/images/:id/download', 200],
  ]);
});

test('a job leaves one line of its work, under the id of the request that brought it', async () => {
  const request_id = `upload-${randomUUID()}`;
  const bytes = await SMALL_JPEG.bytes();
  const images = new ImagesApi(service, await client.newAccount('worker'), { 'X-Request-Id': request_id });
  const { id: job } = await images.submit(bytes, []);
  await images.whenFinal(job);
  expect(await awaited(1, { context: 'Processing', job })).toMatchObject([
    { request_id, attempt: 1, ms: expect.any(Number), format: 'jpg', account: expect.any(String), level: 30 },
  ]);
  const { id: broken } = await images.submit(bytes.subarray(0, bytes.length - 200), []);
  expect(await awaited(1, { context: 'Processing', job: broken })).toMatchObject([
    { request_id, attempt: 1, code: 'image_truncated', final: true, level: 30 },
  ]);
});

test('what Node refuses leaves a line with the status that its client was sent', async () => {
  const upload = uploadHead('X-Request-Id: slow', 'Content-Length: 5000');
  expect(parsedAnswer(await rawRequest(service.url, upload)).status).toBe(408);
  expect(await ofRequest('slow')).toMatchObject([{ method: 'POST', route: '/api/images', status: 408 }]);
  const refused = parsedAnswer(await rawRequest(service.url, `GET /${'x'.repeat(20_000)} HTTP/1.1\r\n\r\n`));
  expect(await ofRequest(refused.headers.get('x-request-id') ?? '')).toMatchObject([
    { status: 431, code: 'headers_too_large', address: '127.0.0.1' },
  ]);
});

test('an upload that is refused for want of disk is one line, without a stack that would show nothing', async () => {
  const full = await ServiceProcess.start({ MINIMUM_FREE_DISK_BYTES: '900000000000000' });
  expect((await new ImagesApi(full).upload(await SMALL_JPEG.bytes())).status).toBe(503);
  const log = (await full.stop()).split('\n').filter((line) => line.startsWith('{'));
  const loud = log.map((line) => JSON.parse(line)).filter(({ level }) => level >= 40);
  expect(loud).toEqual([expect.objectContaining({ msg: expect.stringMatching(/^\d+ bytes are free on the disk/) })]);
  expect(loud[0]).not.toHaveProperty('err');
});

test('a client that hangs up before its answer leaves a line with a status of its own', async () => {
  const connection = await RawConnection.to(service.url);
  await connection.write(uploadHead('X-Request-Id: gone', 'Content-Length: 5000', 'Expect: 100-continue'));
  expect((await connection.answer()).status).toBe(100);
  connection.hangUp();
  expect(await ofRequest('gone')).toMatchObject([{ route: '/api/images', status: 499, aborted: true }]);
});

test('health and files of pages are for debugging', async () => {
  const quiet = `quiet-${randomUUID()}`;
  await client.with({ 'X-Request-Id': quiet }).get('/health/live');
  const told = `told-${randomUUID()}`;
  await client.with({ 'X-Request-Id': told }).get('/');
  expect(await ofRequest(told)).toMatchObject([{ route: '/', status: 200 }]);
  expect(lines({ request_id: quiet })).toEqual([]);
});

test('who did what to an account is told under the id of the request', async () => {
  const id = (name: string) => client.with({ 'X-Request-Id': name });
  await id('registers').register('audited');
  await id('logs-in').logIn('audited');
  await id('guesses').post('/accounts/login/', { username: 'audited', password: 'hunter2-and-more' });
  const [registered] = await awaited(1, { context: 'Audit', request_id: 'registers' });
  expect(registered).toMatchObject({ action: 'registered', address: '127.0.0.1', account: expect.any(String) });
  const { account } = registered as Line;
  expect(await awaited(1, { context: 'Audit', request_id: 'logs-in' })).toMatchObject([
    { action: 'logged_in', account },
  ]);
  expect(await awaited(1, { context: 'Audit', request_id: 'guesses' })).toMatchObject([
    { action: 'log_in_refused', account, reason: 'wrong_credentials' },
  ]);
});

test("so is what the operator's command did, in its own output", async () => {
  const { said } = await service.account(['create', 'appointed'], ['appointed@example.com', PASSWORD]);
  expect(said).toMatch(/"context":"Audit","action":"registered","account":"[0-9a-f-]{36}","address":"operator"/);
});
