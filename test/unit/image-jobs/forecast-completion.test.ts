import { expect, test } from 'vitest';
import { Caller } from '../../../src/accounts/domain/caller.ts';
import { ForecastCompletion } from '../../../src/image-jobs/application/forecast-completion.ts';
import { type WorkAhead, WorkStatistics } from '../../../src/image-jobs/application/ports.ts';
import { ImageJob } from '../../../src/image-jobs/domain/image-job.ts';
import type { Pace } from '../../../src/image-jobs/domain/pace.ts';
import { loadSettings } from '../../../src/settings/load-settings.ts';
import { TestClock } from '../../support/test-clock.ts';

const MEGAPIXEL = 1_000_000;
const clock = new TestClock();
const secondsAgo = (seconds: number) => new Date(clock.now().getTime() - seconds * 1000);

/** A known pace, 20 ms a job and so many milliseconds a megapixel, and known work ahead. */
class KnownStatistics extends WorkStatistics {
  constructor(
    private readonly milliseconds: number | null,
    private readonly before: Partial<WorkAhead> = {},
  ) {
    super();
  }

  async ahead(): Promise<WorkAhead> {
    return { waiting: 0, waitingPixels: 0, running: [], ...this.before };
  }

  async pace(): Promise<Pace | null> {
    return this.milliseconds === null ? null : { perJob: 20, perPixel: this.milliseconds / MEGAPIXEL };
  }
}

/** A job of 4 megapixels; changed as given. */
function job(change: Partial<ImageJob> = {}): ImageJob {
  const facts = { format: 'jpg', width: 2000, height: 1000, frames: 2 } as const;
  const caller = Caller.anonymous('192.0.2.1', loadSettings({}).policies);
  const submission = {
    id: 'id',
    name: 'a.jpg',
    facts,
    bytes: 1,
    sha256: 'a'.repeat(64),
    outputs: [{ name: 'default', operations: [], warnings: [] }],
    warnings: [],
  };
  return Object.assign(ImageJob.submit(submission, caller, clock.now()), change);
}

function forecast(statistics: WorkStatistics, of = job(), workers = 2) {
  return new ForecastCompletion(statistics, clock, { concurrency: workers }).execute(of);
}

/** Milliseconds from now until the job is ready. */
async function readyIn(...args: Parameters<typeof forecast>): Promise<number> {
  return (await forecast(...args)).readyAt.getTime() - clock.now().getTime();
}

test('alone, a job takes its pixels, all frames together, and 20 ms', async () => {
  expect(await readyIn(new KnownStatistics(1000))).toBe(4 * 1000 + 20);
});

test('a free worker takes it at once, whatever the others do', async () => {
  const running = [{ pixels: 50 * MEGAPIXEL, startedAt: clock.now() }];
  expect(await readyIn(new KnownStatistics(1000, { running }))).toBe(4020);
});

test('the work ahead is shared by the workers', async () => {
  const running = [10, 20].map((megapixels) => ({ pixels: megapixels * MEGAPIXEL, startedAt: clock.now() }));
  const before = { waiting: 3, waitingPixels: 6 * MEGAPIXEL, running };
  const ahead = 10_020 + 20_020 + 6000 + 3 * 20;
  expect(await readyIn(new KnownStatistics(1000, before))).toBe(ahead / 2 + 4020);
});

test('of a running job only the rest counts', async () => {
  const running = [
    { pixels: 10 * MEGAPIXEL, startedAt: secondsAgo(4) },
    { pixels: MEGAPIXEL, startedAt: clock.now() },
  ];
  expect(await readyIn(new KnownStatistics(1000, { running }))).toBe((10_020 - 4000 + 1020) / 2 + 4020);
});

test('a job that is over its estimate is given twice as much again, for those behind it too', async () => {
  const running = [
    { pixels: 10 * MEGAPIXEL, startedAt: secondsAgo(4) },
    { pixels: MEGAPIXEL, startedAt: secondsAgo(60) },
  ];
  const overdue = 2 * (60_000 - 1020);
  expect(await readyIn(new KnownStatistics(1000, { running }))).toBe((10_020 - 4000 + overdue) / 2 + 4020);
});

test('who comes back when it is told to sees the end of a slow job with the five requests of a minute', async () => {
  const [estimated, real] = [0.3, 25.6];
  const statistics = new KnownStatistics((estimated * 1000 - 20) / 4);
  let [seconds, requests] = [0, 1];
  while (seconds < real) {
    const running = job({ status: 'processing', startedAt: secondsAgo(seconds) });
    seconds += Math.max(1, (await forecast(statistics, running)).secondsRemaining);
    requests += 1;
  }
  expect(requests).toBeLessThanOrEqual(5);
  expect(seconds).toBeLessThan(2 * real);
});

test('workers of other processes count as they show', async () => {
  const running = [1, 2, 3, 4].map(() => ({ pixels: 8 * MEGAPIXEL, startedAt: clock.now() }));
  expect(await readyIn(new KnownStatistics(1000, { running }))).toBe(8020 + 4020);
});

test('a running job has no position, and what is left of its own time', async () => {
  const statistics = new KnownStatistics(1000, { waiting: 9 });
  const running = job({ status: 'processing', startedAt: secondsAgo(3) });
  expect(await forecast(statistics, running)).toMatchObject({ secondsRemaining: 2, queuePosition: null });
  const due = job({ status: 'processing', startedAt: secondsAgo(4.02) });
  expect(await forecast(statistics, due)).toMatchObject({ secondsRemaining: 0, readyAt: clock.now() });
});

test('the position is one more than the jobs before it', async () => {
  expect(await forecast(new KnownStatistics(1000, { waiting: 41 }))).toMatchObject({ queuePosition: 42 });
});

test('before anything is measured there is an estimate too', async () => {
  expect(await readyIn(new KnownStatistics(null))).toBe(4 * 15 + 20);
});

test('that seems to begin only in an hour, since the clock was set back, takes no hour longer', async () => {
  const startedAt = secondsAgo(-3600);
  expect(await readyIn(new KnownStatistics(1000), job({ status: 'processing', startedAt }))).toBe(4 * 1000 + 20);
});
