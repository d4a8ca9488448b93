import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ApiClient, PASSWORD } from '../support/api-client.ts';
import { runAccount } from '../support/commands.ts';
import { ImagesApi } from '../support/images-api.ts';
import { withinADay } from '../support/one-day.ts';
import { profileEnvironment } from '../support/profile.ts';
import { type Service, startService } from '../support/service.ts';
import { RunningClock, TestClock } from '../support/test-clock.ts';
import { SMALL_JPEG } from '../support/upload.ts';

const DAY = 86_400;
const PICTURE = new Uint8Array(await SMALL_JPEG.arrayBuffer());

type Limits = Record<string, number | string | null>;

describe('the policy of an account, by the operator', () => {
  let service: Service;
  let client: ApiClient;
  beforeAll(async () => {
    service = await startService({ THROTTLE_ANONYMOUS_PER_MINUTE: '1000' }, new RunningClock());
    client = new ApiClient(service.url);
  });
  afterAll(() => service.stop());

  const account = (args: string[]) => runAccount(service.env, args);
  const limitsOf = async (caller: ApiClient) => (await caller.get<Limits>('/api/limits/')).body;

  test('holds from the next request on, for session and key, until it is taken back', async () => {
    const tokens = await client.newAccount('ada');
    const person = client.as(tokens);
    const wish = { name: 'x', scopes: ['images:read', 'images:write'] };
    const program = client.as({ access: (await person.post<{ key: string }>('/accounts/keys/', wish)).body.key });
    const before = await limitsOf(person);
    const set = await account(['policy', 'ADA@example.com', 'file_bytes=700', 'active_jobs=7']);
    expect([set.code, set.said]).toEqual([0, expect.stringContaining('file_bytes')]);
    expect(set.said).toMatch(/file_bytes +700 {2}\(its own; default 10485760\)\n/);
    expect(set.said).toMatch(/quality_max +95\n/);
    for (const caller of [person, program]) {
      expect(await limitsOf(caller)).toEqual({ ...before, file_bytes: 700, active_jobs: 7 });
    }
    const { limits } = (await person.get<{ limits: Limits }>('/accounts/me/')).body;
    expect(limits).toMatchObject({ file_bytes: 700 });
    const answer = await new ImagesApi(service, tokens).upload(PICTURE);
    expect([answer.status, await answer.text()]).toEqual([413, expect.stringMatching(/700.*limit of this account/)]);
    expect(await limitsOf(client.as(await client.newAccount('grace')))).toEqual(before);
    await account(['policy', 'ada', 'file_bytes=default']);
    expect(await limitsOf(person)).toEqual({ ...before, active_jobs: 7 });
    const back = await account(['policy', 'ada', 'active_jobs=default']);
    expect(back.said).not.toContain('its own');
    expect(await limitsOf(person)).toEqual(before);
  });

  test('may allow what the document, by which every answer is checked, shows of all jobs', async () => {
    const images = new ImagesApi(service, await client.newAccount('generous'));
    await account(['policy', 'generous', 'quality_min=1', 'quality_max=100', 'output_side=16383']);
    const [best, least, wide] = [{ quality: 100 }, { quality: 1 }, { width: 16_383, height: 1 }];
    const operations = [
      { operation_type: 'compress', parameters: best },
      { operation_type: 'compress', parameters: least },
      { operation_type: 'resize', parameters: wide },
    ];
    const answer = await images.upload(PICTURE, operations);
    const { operations: shown } = (await answer.json()) as { operations: object[] };
    expect([answer.status, shown]).toMatchObject([201, operations]);
  });

  test('is shown without wishes, and changed by none of them if one is wrong', async () => {
    await client.newAccount('shown');
    const wrong = await account(['policy', 'shown', 'operations=3', 'file_bytes=big']);
    expect([wrong.code, wrong.said]).toEqual([
      1,
      'Expected an integer from 1 to 1073741824 for file_bytes, received "big"\n',
    ]);
    const { code, said } = await account(['policy', 'shown']);
    expect([code, said.trim().split('\n')]).toEqual([
      0,
      expect.arrayContaining([expect.stringMatching(/^operations +10$/)]),
    ]);
    expect(said).toMatch(/images_per_month +none\n/);
  });

  test('counts what the account has used of the month when it gets its limit', () =>
    withinADay(async (begun) => {
      const name = `busy${begun}`;
      const tokens = await client.newAccount(name);
      const images = new ImagesApi(service, tokens);
      await images.process(PICTURE);
      await images.process(PICTURE);
      await account(['policy', name, 'images_per_month=3']);
      const used = async () => {
        const { images_per_month, images_this_month } = await limitsOf(client.as(tokens));
        return [images_per_month, images_this_month];
      };
      expect(await used()).toEqual([3, 2]);
      await images.process(PICTURE);
      expect((await images.upload(PICTURE)).status).toBe(429);
      expect(await used()).toEqual([3, 3]);
      await account(['policy', name, 'images_per_month=4']);
      expect(await used()).toEqual([4, 3]);
      await account(['policy', name, 'images_per_month=default']);
      expect(await used()).toEqual([null, null]);
      // What is accepted while nobody counts is counted when it is set again.
      await images.process(PICTURE);
      await images.process(PICTURE);
      await account(['policy', name, 'images_per_month=6']);
      expect(await used()).toEqual([6, 5]);
    }));

  test('and what it has used, as a table', () =>
    withinADay(async (begun) => {
      const name = `user${begun}`;
      const tokens = await client.newAccount(name);
      const images = new ImagesApi(service, tokens);
      await images.process(PICTURE);
      await images.process(PICTURE.slice(0, PICTURE.length - 100));
      const { code, said } = await account(['usage', name]);
      expect(code).toBe(0);
      const [head, day, total] = said.trim().split('\n');
      expect(head).toMatch(/^day \(UTC\) +images +outputs +failed/);
      expect(day).toMatch(new RegExp(`^\\d{4}-\\d\\d-\\d\\d +2 +1 +1 +${2 * PICTURE.length - 100} `));
      expect(total).toMatch(/^total of 30 days +2 +1 +1 /);
      expect((await account(['usage', 'nobody'])).said).toMatch(/Expected the name of an account/);
      expect((await account(['usage', name, 'grace'])).said).toMatch(/^Usage: /);
    }));
});

describe("a month's images", () => {
  let service: Service;
  let client: ApiClient;
  beforeAll(async () => {
    service = await startService({
      AUTHENTICATED_IMAGES_PER_MONTH: '5',
      ANONYMOUS_IMAGES_PER_MONTH: '1',
      THROTTLE_AUTHENTICATED_PER_MINUTE: '1000',
      THROTTLE_ANONYMOUS_PER_MINUTE: '1000',
    });
    client = new ApiClient(service.url);
  });
  afterAll(() => service.stop());

  const usedBy = async (caller: ApiClient) => (await caller.get<Limits>('/api/limits/')).body.images_this_month;

  test('are as many as the limit, exactly, in parallel too, and begin anew with the month', async () => {
    const tokens = await client.newAccount('ada');
    const images = new ImagesApi(service, tokens);
    const answers = await Promise.all(Array.from({ length: 12 }, () => images.upload(PICTURE)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(5);
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(7);
    const problem = (await refused[0]?.json()) as { code: string; detail: string };
    expect(problem.code).toBe('monthly_limit');
    expect(problem.detail).toMatch(/at most 5 images .*limit of signed-in callers.*begins anew on 2026-02-01/);
    // It is the first of January, at noon.
    expect(refused[0]?.headers.get('retry-after')).toBe(String(30.5 * DAY));
    expect(await usedBy(client.as(tokens))).toBe(5);

    service.clock.advance(30.5 * DAY - 1);
    const last = await client.logIn('ada');
    expect((await new ImagesApi(service, last).upload(PICTURE)).status).toBe(429);
    service.clock.advance(1);
    expect(await usedBy(client.as(last))).toBe(0);
    expect((await new ImagesApi(service, last).upload(PICTURE)).status).toBe(201);
    expect(await usedBy(client.as(last))).toBe(1);
  });

  test('are not given back, and no refused upload takes one', async () => {
    const tokens = await client.newAccount('grace');
    const images = new ImagesApi(service, tokens);
    const { id } = await images.submit(PICTURE);
    expect((await images.remove(id)).status).toBe(204);
    expect((await images.upload(PICTURE.slice(0, 20))).status).not.toBe(201);
    expect((await images.upload(PICTURE, 'nonsense')).status).toBe(400);
    expect(await usedBy(client.as(tokens))).toBe(1);
    expect((await client.as(tokens).post('/accounts/delete/', { password: PASSWORD })).status).toBe(204);
    expect(await usedBy(client.as(await client.newAccount('grace')))).toBe(0);
  });

  test('of anonymous callers are counted by address', async () => {
    const anonymous = new ImagesApi(service);
    const [first, second] = [await anonymous.upload(PICTURE), await anonymous.upload(PICTURE)];
    expect([first.status, second.status]).toEqual([201, 429]);
    expect(await second.text()).toContain('limit of anonymous callers');
    expect(await usedBy(client)).toBe(1);
  });

  test('are used once by one idempotency key', async () => {
    const tokens = await client.newAccount('once');
    const keyed = new ImagesApi(service, tokens, { 'Idempotency-Key': 'the very same' });
    const statuses = [];
    for (let n = 0; n < 3; n += 1) statuses.push((await keyed.upload(PICTURE)).status);
    expect(statuses).toEqual([201, 201, 201]);
    expect(await usedBy(client.as(tokens))).toBe(1);
  });
});

test('a limit that the operator sets in the middle of a month counts what was used before, and again after a while without', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'imagepro-test-'));
  const clock = new TestClock();
  const environment = { ...(await profileEnvironment(dataDir)), DATA_DIR: dataDir };
  const limited = { ...environment, AUTHENTICATED_IMAGES_PER_MONTH: '5' };
  let service = await startService(environment, clock);
  const tokens = await new ApiClient(service.url).newAccount('ada');
  const startedAgain = async (env: NodeJS.ProcessEnv) => {
    await service.halt();
    service = await startService(env, clock);
  };
  const process = async () => (await new ImagesApi(service, tokens).process(PICTURE)).status;
  const used = async () =>
    (await new ApiClient(service.url).as(tokens).get<Limits>('/api/limits/')).body.images_this_month;
  for (let n = 0; n < 3; n += 1) expect(await process()).toBe('completed');
  await startedAgain(limited);
  expect(await used()).toBe(3);
  await startedAgain(environment);
  expect(await process()).toBe('completed');
  await startedAgain(limited);
  expect([await used(), await process(), await used()]).toEqual([4, 'completed', 5]);
  expect((await new ImagesApi(service, tokens).upload(PICTURE)).status).toBe(429);
  await service.stop();
});
