import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ImageDto } from '../support/answers.ts';
import { ApiClient, PASSWORD } from '../support/api-client.ts';
import { folderHolds, folderIsEmpty, namesIn } from '../support/folders.ts';
import { changed, ImagesApi } from '../support/images-api.ts';
import { deliverTask, workOutcomes } from '../support/inside-service.ts';
import { compress, convert, resize } from '../support/operations.ts';
import { pauseWork, resumeWork } from '../support/paused-work.ts';
import { image, photograph } from '../support/pictures.ts';
import { type Service, startService } from '../support/service.ts';
import { withoutStorage } from '../support/storage-away.ts';

const GENEROUS = { THROTTLE_ANONYMOUS_PER_MINUTE: '10000', THROTTLE_AUTHENTICATED_PER_MINUTE: '10000' };

let service: Service;
let anyone: ImagesApi;
let accounts = 0;
let member: ImagesApi;
beforeAll(async () => {
  service = await startService({ ...GENEROUS, ACCESS_TOKEN_SECONDS: '86400' });
  anyone = new ImagesApi(service);
});
afterAll(() => service.stop());
beforeEach(async () => {
  accounts += 1;
  member = await ImagesApi.ofNewAccount(service, `member${accounts}`);
});

const jpeg = await image(photograph(60, 45)).jpeg().toBuffer();
/** Ids of the jobs that files are kept for. */
const jobsWithFiles = async (of = service) => [
  ...new Set((await of.storedFiles()).map((name) => name.split('/', 1)[0])),
];

/** Status and code of an answer. */
async function refusal(answer: Response | Promise<Response>): Promise<unknown[]> {
  const response = await answer;
  const { code } = (await response.json()) as { code: string };
  return [response.status, code];
}

describe('who may see a job', () => {
  test('its account alone; everyone else reads the same as of a job that never was', async () => {
    const job = await member.process(jpeg);
    const stranger = await ImagesApi.ofNewAccount(service, `stranger${accounts}`);
    const never = '6d0d6fd6-0b1e-4f54-9d0c-0b1e4f549d0c';
    const strange = ['1', 'null', '..%2F..%2Fetc', `${job.id}0`, job.id.replaceAll('-', ''), '%00', 'a'.repeat(200)];
    for (const caller of [stranger, anyone]) {
      for (const [method, suffix] of [
        ['GET', ''],
        ['GET', 'download/'],
        ['DELETE', ''],
      ] as const) {
        const words = new Set<string>();
        for (const id of [job.id, never, ...strange]) {
          const response = await caller.get(`${id}/${suffix}`, {}, method);
          const { detail, instance, request_id, ...problem } = (await response.json()) as Record<string, string>;
          expect([id, response.status, instance]).toEqual([id, 404, expect.stringContaining('/api/images/')]);
          expect(detail).toMatch(/^Expected the id of an image that you may see for id, received "/);
          words.add(JSON.stringify(problem));
        }
        expect(words.size).toBe(1);
      }
    }
    expect((await member.show(job.id)).status).toBe('completed');
    expect((await member.show(job.id.toUpperCase())).id).toBe(job.id);
  });

  test('of an anonymous job whoever has its id, also after logging in', async () => {
    const job = await anyone.process(jpeg);
    expect(await member.show(job.id)).toEqual(await anyone.show(job.id));
    expect((await member.download(job.id)).status).toBe(200);
    expect((await member.list()).results).toEqual([]);
    expect((await member.remove(job.id)).status).toBe(204);
    expect((await anyone.get(`${job.id}/`)).status).toBe(404);
  });
});

describe('deletion', () => {
  test('of a completed job erases its result', async () => {
    const job = await member.process(jpeg);
    const answer = await member.remove(job.id);
    expect([answer.status, await answer.text()]).toEqual([204, '']);
    expect(await jobsWithFiles()).not.toContain(job.id);
    for (const path of [`${job.id}/`, `${job.id}/download/`]) expect((await member.get(path)).status).toBe(404);
    expect((await member.remove(job.id)).status).toBe(404);
  });

  test('of a pending job cancels it', async () => {
    await pauseWork(service);
    const job = await member.submit(jpeg);
    expect(await service.storedFiles(job.id)).toEqual(['original']);
    expect((await member.remove(job.id)).status).toBe(204);
    await resumeWork(service);
    expect((await member.process(jpeg)).status).toBe('completed');
    expect(await jobsWithFiles()).not.toContain(job.id);
    expect((await member.get(`${job.id}/`)).status).toBe(404);
  });

  test('of a job that a worker holds leaves nothing of it, and no other job is harmed', async () => {
    const large = await image(photograph(500, 375)).resize(4000, 3000).jpeg({ quality: 70 }).toBuffer();
    const { id } = await member.submit(large, [resize(3000, 3000), resize(3500, 3500)]);
    await changed(service, id, async () => (await member.show(id)).status !== 'pending');
    expect((await member.show(id)).status).toBe('processing');
    expect((await member.remove(id)).status).toBe(204);
    expect((await member.get(`${id}/`)).status).toBe(404);
    expect((await member.process(jpeg)).status).toBe('completed');
    // Resolves when the worker has done with the job that is gone.
    await pauseWork(service);
    expect(await jobsWithFiles()).not.toContain(id);
    expect(await namesIn(service.spool)).toEqual([]);
    await resumeWork(service);
  });

  test('of jobs that a worker holds ends their work, so that it goes on with others', async () => {
    const counts = await workOutcomes(service);
    const large = await image(photograph(500, 375)).resize(4600, 3300).jpeg({ quality: 70 }).toBuffer();
    const slow = [convert('avif'), compress(90, 'small')];
    const jobs = await Promise.all([member.submit(large, slow), member.submit(large, slow)]);
    for (const { id } of jobs) {
      await changed(service, id, async () => (await member.show(id)).status !== 'pending');
      expect((await member.show(id)).status).toBe('processing');
    }
    // Both have their originals.
    await folderHolds(service.spool, (names) => names.length >= 2);
    for (const { id } of jobs) expect((await member.remove(id)).status).toBe(204);
    // Otherwise they would be worked on for longer than anybody can wait.
    expect((await member.process(jpeg)).status).toBe('completed');
    await expect.poll(async () => (await workOutcomes(service)).cancelled).toBe((counts.cancelled ?? 0) + 2);
    await folderIsEmpty(service.spool);
    const more = await workOutcomes(service);
    expect([more.took_too_long, more.lost]).toEqual([counts.took_too_long, counts.lost]);
  });

  test('of an account takes its jobs and files along', async () => {
    const client = new ApiClient(service.url);
    const tokens = await client.newAccount(`leaver${accounts}`);
    const leaver = new ImagesApi(service, tokens);
    const done = await Promise.all([leaver.process(jpeg), leaver.process(jpeg)]);
    const other = await member.process(jpeg);
    await pauseWork(service);
    const waiting = await leaver.submit(jpeg);
    const { status } = await client.as(tokens).post('/accounts/delete/', { password: PASSWORD });
    expect(status).toBe(204);
    await resumeWork(service);
    const left = await jobsWithFiles();
    for (const { id } of [...done, waiting]) {
      expect(left).not.toContain(id);
      expect((await anyone.get(`${id}/`)).status).toBe(404);
    }
    expect(left).toContain(other.id);
  });
});

describe('the list', () => {
  test('is for accounts', async () => {
    expect(await refusal(anyone.get(''))).toEqual([401, 'not_authenticated']);
  });

  test('shows the newest first, page by page, both ways, whatever is added meanwhile', async () => {
    expect(await member.list()).toEqual({ results: [], next: null, previous: null });
    const ids: string[] = [];
    const add = async () => {
      service.clock.advance(1);
      ids.unshift((await member.process(jpeg)).id);
    };
    for (let i = 0; i < 7; i += 1) await add();
    const first = await member.list('?limit=3');
    expect(first.results.map(({ id }) => id)).toEqual(ids.slice(0, 3));
    expect(first.previous).toBeNull();
    expect(first.next).toMatch(new RegExp(`^${service.url}/api/images/\\?`));
    const known = [...ids];
    await add();
    await add();
    const second = await member.list(first.next as string);
    expect(second.results.map(({ id }) => id)).toEqual(known.slice(3, 6));
    const third = await member.list(second.next as string);
    expect([third.results.map(({ id }) => id), third.next]).toEqual([known.slice(6), null]);
    const back = await member.list(third.previous as string);
    expect(back.results.map(({ id }) => id)).toEqual(known.slice(3, 6));
    const front = await member.list(back.previous as string);
    expect(front.results.map(({ id }) => id)).toEqual(known.slice(0, 3));
    const newest = await member.list(front.previous as string);
    expect([newest.results.map(({ id }) => id), newest.previous]).toEqual([ids.slice(0, 2), null]);
    expect((await member.list(newest.next as string)).results.map(({ id }) => id)).toEqual(known.slice(0, 3));
    expect((await member.list()).results[0]).toEqual(await member.show(ids[0] as string));
  });

  test('goes on from a page that has become empty, both ways', async () => {
    const mover = await ImagesApi.ofNewAccount(service, 'mover');
    const made: string[] = [];
    for (let i = 0; i < 4; i += 1) {
      service.clock.advance(1);
      made.unshift((await mover.process(jpeg)).id);
    }
    const idsOf = ({ results }: { results: { id: string }[] }) => results.map(({ id }) => id);
    const erase = (ids: string[]) => Promise.all(ids.map((id) => mover.remove(id)));
    const first = await mover.list('?limit=2&status=completed');
    const second = await mover.list(first.next as string);
    expect(idsOf(second)).toEqual(made.slice(2));
    await erase(made.slice(0, 2));
    const front = await mover.list(second.previous as string);
    expect([idsOf(front), front.previous]).toEqual([[], null]);
    const again = await mover.list(front.next as string);
    expect([idsOf(again), again.next]).toEqual([made.slice(2), null]);
    expect(again.previous).toContain('status=completed');

    const one = await mover.list('?limit=1');
    await erase(made.slice(3));
    const end = await mover.list(one.next as string);
    expect([idsOf(end), end.next]).toEqual([[], null]);
    const back = await mover.list(end.previous as string);
    expect([idsOf(back), back.previous]).toEqual([made.slice(2, 3), null]);
  });

  test('pages through jobs of the same millisecond without a gap', async () => {
    const jobs = await Promise.all(Array.from({ length: 5 }, () => member.process(jpeg)));
    const seen: string[] = [];
    for (let url: string | null = '?limit=2'; url !== null; ) {
      const page = await member.list(url);
      seen.push(...page.results.map(({ id }) => id));
      url = page.next;
    }
    expect(seen.sort()).toEqual(jobs.map(({ id }) => id).sort());
  });

  test('can be asked for one status', async () => {
    const old = await member.process(jpeg);
    service.clock.advance(3600);
    const done = await member.process(jpeg);
    const failed = await member.process(jpeg.subarray(0, jpeg.length / 2));
    await pauseWork(service);
    const waiting = [await member.submit(jpeg), await member.submit(jpeg)];
    const idsOf = async (query: string) => (await member.list(query)).results.map(({ id }) => id).sort();
    expect(await idsOf('?status=expired')).toEqual([old.id]);
    expect(await idsOf('?status=completed')).toEqual([done.id]);
    expect(await idsOf('?status=failed')).toEqual([failed.id]);
    expect(await idsOf('?status=processing')).toEqual([]);
    expect(await idsOf('?status=pending')).toEqual(waiting.map(({ id }) => id).sort());
    const page = await member.list('?status=pending&limit=1');
    expect(page.next).toContain('status=pending');
    expect(await idsOf(page.next as string)).toHaveLength(1);
    await resumeWork(service);
  });

  test('refuses what is no status, limit or cursor, all at once', async () => {
    const response = await member.get('?status=done&limit=101&after=x&before=bm90');
    const { errors } = (await response.json()) as { errors: { pointer: string }[] };
    expect([response.status, errors.map(({ pointer }) => pointer)]).toEqual([
      400,
      ['/status', '/limit', '/after', '/before'],
    ]);
    for (const limit of ['0', '-1', '1.5', 'ten', '', '1e2', '1&limit=2']) {
      expect(await refusal(member.get(`?limit=${limit}`))).toEqual([400, 'validation_failed']);
    }
    for (const limit of [1, 100]) expect((await member.get(`?limit=${limit}`)).status).toBe(200);
    // No database may stumble over a forged moment.
    const at = (moment: string) =>
      Buffer.from(`${Date.parse(moment)}.6d0d6fd6-0b1e-4f54-9d0c-0b1e4f549d0c`).toString('base64url');
    for (const side of ['after', 'before']) {
      for (const moment of ['1970-01-01T00:00:00Z', '9999-12-31T00:00:00Z'])
        expect((await member.get(`?${side}=${at(moment)}`)).status).toBe(200);
      expect(await refusal(member.get(`?${side}=${at('+010000-01-01T00:00:00Z')}`))).toEqual([
        400,
        'validation_failed',
      ]);
    }
    expect((await member.get('?colour=red')).status).toBe(200);
  });
});

describe('the work', () => {
  test('is done once, though its task comes twice, and a task of no job harms nobody', async () => {
    const job = await member.process(jpeg);
    for (const id of ['6d0d6fd6-0b1e-4f54-9d0c-0b1e4f549d0c', job.id]) await deliverTask(service, id);
    expect((await member.process(jpeg)).status).toBe('completed');
    expect(await member.show(job.id)).toEqual(job);
    await expect.poll(() => service.storedFiles(job.id)).toEqual(['result-1']);
  });
});

// From here on tests start services of their own, whose accounts this one's passport then takes for its own.
describe('quotas', () => {
  test('hold exactly, also when uploads come at once: 5 anonymous jobs waiting or running', async () => {
    await pauseWork(service);
    const answers = await Promise.all(Array.from({ length: 12 }, () => anyone.upload(jpeg)));
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array(5).fill(201), ...Array(7).fill(429)]);
    for (const answer of answers.filter(({ status }) => status === 429)) {
      expect(answer.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
      expect(await refusal(answer)).toEqual([429, 'too_many_jobs']);
    }
    const accepted = answers.filter(({ status }) => status === 201);
    const ids = await Promise.all(accepted.map(async (answer) => ((await answer.json()) as ImageDto).id));
    expect((await member.upload(jpeg)).status).toBe(201);
    expect((await anyone.remove(ids[0] as string)).status).toBe(204);
    expect((await anyone.upload(jpeg)).status).toBe(201);
    expect((await anyone.upload(jpeg)).status).toBe(429);
    await resumeWork(service);
    await Promise.all(ids.slice(1).map((id) => anyone.whenFinal(id)));
    expect((await anyone.upload(jpeg)).status).toBe(201);
  });

  test('of bytes count originals, then results, until they are erased', async () => {
    const small = await startService({ ...GENEROUS, ANONYMOUS_KEPT_BYTES: String(jpeg.length * 3) });
    try {
      await pauseWork(small);
      const caller = new ImagesApi(small);
      const answers = await Promise.all(Array.from({ length: 5 }, () => caller.upload(jpeg)));
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 201, 429, 429]);
      const refused = answers.filter(({ status }) => status === 429);
      expect(await Promise.all(refused.map(refusal))).toEqual(Array(2).fill([429, 'too_many_bytes']));
      const accepted = answers.filter(({ status }) => status === 201);
      const jobs = await Promise.all(accepted.map(async (answer) => (await answer.json()) as ImageDto));
      // What was refused has left no file.
      expect((await jobsWithFiles(small)).sort()).toEqual(jobs.map(({ id }) => id).sort());
      await resumeWork(small);
      const done = await Promise.all(jobs.map(({ id }) => caller.whenFinal(id)));
      const kept = done.reduce((sum, { result }) => sum + (result?.bytes ?? 0), 0);
      const room = jpeg.length * 3 - kept;
      expect((await caller.upload(jpeg)).status).toBe(room >= jpeg.length ? 201 : 429);
      for (const { id } of done) await caller.remove(id);
      expect((await caller.upload(jpeg)).status).toBe(201);
    } finally {
      await small.stop();
    }
  });
});

describe('the whole service', () => {
  test('takes no more jobs than its queue holds, whoever sends them', async () => {
    const full = await startService({ ...GENEROUS, QUEUE_LIMIT: '3' });
    try {
      await pauseWork(full);
      const callers = [new ImagesApi(full), await ImagesApi.ofNewAccount(full, 'queuer')];
      const answers = await Promise.all([0, 1, 0, 1, 0, 1].map((who) => (callers[who] as ImagesApi).upload(jpeg)));
      const refused = answers.filter(({ status }) => status !== 201);
      expect(refused).toHaveLength(3);
      for (const answer of refused) {
        expect(answer.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
        expect(await refusal(answer)).toEqual([503, 'queue_full']);
      }
      const jobs = await Promise.all(
        answers.filter(({ status }) => status === 201).map(async (answer) => (await answer.json()) as ImageDto),
      );
      expect(jobs.map(({ queue_position }) => queue_position).every((position) => position !== null)).toBe(true);
      expect((await jobsWithFiles(full)).sort()).toEqual(jobs.map(({ id }) => id).sort());
    } finally {
      await full.stop();
    }
  });

  test('takes no upload while the disk is nearly full', async () => {
    const full = await startService({ ...GENEROUS, MINIMUM_FREE_DISK_BYTES: String(Number.MAX_SAFE_INTEGER).slice(1) });
    try {
      const answer = await new ImagesApi(full).upload(jpeg);
      expect(answer.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
      expect(await refusal(answer)).toEqual([503, 'disk_full']);
    } finally {
      await full.stop();
    }
  });
});

describe('health', () => {
  test('is alive and ready, with and without the slash, and never counted', async () => {
    for (const path of ['live', 'ready', 'live/', 'ready/']) {
      const response = await fetch(`${service.url}/health/${path}`);
      expect([response.status, await response.json()]).toEqual([200, { status: 'ok' }]);
      expect(response.headers.get('ratelimit')).toBeNull();
    }
  });

  test('is not ready when a part is down, and says so as a problem', async () => {
    const broken = await startService({ SWEEP_SECONDS: '10' });
    try {
      expect((await fetch(`${broken.url}/health/ready`)).status).toBe(200);
      await withoutStorage(broken.settings, async () => {
        const response = await fetch(`${broken.url}/health/ready`);
        expect(response.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
        expect(await refusal(response)).toEqual([503, 'unavailable']);
        expect((await fetch(`${broken.url}/health/live`)).status).toBe(200);
      });
    } finally {
      await broken.stop();
    }
  });
});

test('nothing stays in the spool folder', () => folderIsEmpty(service.spool));
