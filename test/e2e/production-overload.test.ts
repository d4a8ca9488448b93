import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Deployment, PATIENT_STATEMENTS } from '../faults/support/deployment.ts';
import type { RunningProcess } from '../faults/support/running-process.ts';
import type { ImageDto, ProblemDocument } from '../support/answers.ts';
import { ApiClient, type TokenPair } from '../support/api-client.ts';
import { ImagesApi } from '../support/images-api.ts';
import { resize } from '../support/operations.ts';
import { image, photograph } from '../support/pictures.ts';

const PLENTY = '10000';
const SMALL = await image(photograph(60, 45)).jpeg().toBuffer();
/** A JPEG may be followed by anything: the same picture in three times the bytes. */
const LARGE = Buffer.concat([SMALL, Buffer.alloc(SMALL.length * 2)]);

/** Some work, and hardly any bytes. */
const WORK = [resize(2000, 2000), resize(10, 10)];

let deployment: Deployment;
beforeAll(async () => {
  deployment = await Deployment.create();
});
afterAll(() => deployment.stop());

/** Two API processes on the same servers, and nobody who works. */
function twoApis(env: NodeJS.ProcessEnv): Promise<RunningProcess[]> {
  return Promise.all([deployment.start('api', env), deployment.start('api', env)]);
}

/** Sends so many requests at once, to each process in turn. */
function atOnce<T>(count: number, apis: RunningProcess[], send: (url: string) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: count }, (_, n) => send((apis[n % apis.length] as RunningProcess).url)));
}

const urlOf = (apis: RunningProcess[]) => (apis[0] as RunningProcess).url;

/** Uploads that come at once over two processes: the jobs that were accepted, and how the others were refused. */
async function burst(count: number, apis: RunningProcess[], bytes: Buffer, tokens?: TokenPair) {
  const answers = await atOnce(count, apis, (url) => new ImagesApi({ url }, tokens).upload(bytes));
  const accepted = await Promise.all(
    answers.filter(({ status }) => status === 201).map(async (answer) => (await answer.json()) as ImageDto),
  );
  const refused = answers.filter(({ status }) => status !== 201);
  for (const answer of refused) expect(answer.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
  const problems = await Promise.all(refused.map(async (answer) => (await answer.json()) as ProblemDocument));
  return { accepted, problems };
}

describe('over two processes', () => {
  test('requests a minute hold exactly, for an address and for an account', async () => {
    const limits = { THROTTLE_ANONYMOUS_PER_MINUTE: '9', THROTTLE_AUTHENTICATED_PER_MINUTE: '20' };
    const apis = await twoApis(limits);
    const tokens = await new ApiClient(urlOf(apis)).newAccount('caller');
    const path = `/api/images/${randomUUID()}/`;
    const statuses = async (count: number, client: (url: string) => ApiClient) =>
      (await atOnce(count, apis, (url) => client(url).get(path))).map(({ status }) => status).sort();
    // Registering and logging in from this address count in a bucket of their own.
    const anonymous = await statuses(30, (url) => new ApiClient(url));
    expect(anonymous).toEqual([...Array(9).fill(404), ...Array(21).fill(429)]);
    const account = await statuses(60, (url) => new ApiClient(url).as(tokens));
    expect(account).toEqual([...Array(20).fill(404), ...Array(40).fill(429)]);
  });

  describe('quotas hold exactly', () => {
    let apis: RunningProcess[];
    beforeAll(async () => {
      apis = await twoApis({
        THROTTLE_AUTHENTICATED_PER_MINUTE: PLENTY,
        ANONYMOUS_ACTIVE_JOBS: '5',
        AUTHENTICATED_ACTIVE_JOBS: '8',
        ANONYMOUS_KEPT_BYTES: String(SMALL.length * 10),
        AUTHENTICATED_KEPT_BYTES: String(SMALL.length * 19),
      });
    });

    test.each([
      { who: 'an address', jobs: 5, large: 3 },
      { who: 'an account', jobs: 8, large: 6 },
    ])('of $who: $jobs jobs, and bytes for $large large ones', async ({ who, jobs, large }) => {
      const tokens = who === 'an account' ? await new ApiClient(urlOf(apis)).newAccount('owner') : undefined;
      const caller = new ImagesApi({ url: urlOf(apis) }, tokens);
      const many = await burst(20, apis, SMALL, tokens);
      expect(many.accepted).toHaveLength(jobs);
      for (const { status, code, detail } of many.problems) {
        expect([status, code]).toEqual([429, 'too_many_jobs']);
        expect(detail).toContain(`at most ${jobs} jobs`);
      }
      for (const { id } of many.accepted) await caller.remove(id);
      const heavy = await burst(20, apis, LARGE, tokens);
      expect(heavy.accepted).toHaveLength(large);
      for (const { status, code } of heavy.problems) expect([status, code]).toEqual([429, 'too_many_bytes']);
      for (const { id } of heavy.accepted) await caller.remove(id);
    });

    test('fairness: who fills their quota, and fills it again, delays another by no more than the quota', async () => {
      const [hogTokens, otherTokens] = [
        await new ApiClient(urlOf(apis)).newAccount('hog'),
        await new ApiClient(urlOf(apis)).newAccount('other'),
      ];
      const hog = new ImagesApi({ url: urlOf(apis) }, hogTokens);
      const other = new ImagesApi({ url: urlOf(apis) }, otherTokens);
      const quota = Array.from({ length: 8 }, () => hog.submit(SMALL, WORK));
      await Promise.all(quota);
      expect((await hog.upload(SMALL, WORK)).status).toBe(429);
      const { id: single } = await other.submit(SMALL, WORK);
      // The worker comes no further than to this one before the hog has filled the quota again.
      const lock = await deployment.lock(single);
      const worker = await deployment.start('worker', PATIENT_STATEMENTS);
      for (const { id } of await Promise.all(quota)) await hog.whenFinal(id);
      const later = await Promise.all(Array.from({ length: 8 }, () => hog.submit(SMALL, WORK)));
      await lock.release();
      const { started_at: turn } = (await other.whenFinal(single)) as { started_at: string };
      for (const { id } of later) {
        const { started_at } = (await hog.whenFinal(id)) as { started_at: string };
        expect(started_at >= turn).toBe(true);
      }
      await worker.end('SIGTERM');
    });
  });

  test('the queue takes as many jobs as it holds, whoever sends them, and tells its limit', async () => {
    const apis = await twoApis({ QUEUE_LIMIT: '6' });
    const { accepted, problems } = await burst(20, apis, SMALL);
    expect(accepted).toHaveLength(6);
    for (const { status, code, detail } of problems) {
      expect([status, code]).toEqual([503, 'queue_full']);
      expect(detail).toContain('at most 6 jobs waiting or running in the whole service');
    }
    // The operator reads one sentence for each, and no stack: nothing is broken.
    const told = () => apis.flatMap(({ log }) => log.filter((line) => line.includes('"msg":"queue_full: ')));
    await expect.poll(() => told().length).toBe(problems.length);
    expect(told().filter((line) => line.includes('"err"') || !line.includes('"level":40'))).toEqual([]);
  });

  test('an upload needs free disk, and its refusal tells how much', async () => {
    const api = await deployment.start('api', { MINIMUM_FREE_DISK_BYTES: '900000000000000' });
    const { problems } = await burst(2, [api], SMALL);
    for (const { status, code, detail } of problems) {
      expect([status, code]).toEqual([503, 'disk_full']);
      expect(detail).toContain('at least 900000000000000 bytes');
    }
  });
});
