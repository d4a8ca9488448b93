import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { ChildFailure } from '../../../src/imaging/infrastructure/children/child-failure.ts';
import {
  type ChildLoss,
  ChildProcessPool,
  type ChildProcessPoolSettings,
} from '../../../src/imaging/infrastructure/children/child-process-pool.ts';
import type { Order } from '../../support/obedient.child.ts';
import { alive } from '../../support/processes.ts';

const SUPPORT = join(import.meta.dirname, '../../support');
const SOON = { deadlineSeconds: 30 };
const pools: ChildProcessPool<Order, unknown>[] = [];

afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.stop()));
});

async function standingPool(
  settings: Partial<ChildProcessPoolSettings> = {},
): Promise<ChildProcessPool<Order, unknown>> {
  const pool = poolOf(settings);
  await pool.start();
  return pool;
}

function poolOf(settings: Partial<ChildProcessPoolSettings>): ChildProcessPool<Order, unknown> {
  const pool = new ChildProcessPool<Order, unknown>({
    module: join(SUPPORT, 'obedient.child.ts'),
    children: 1,
    memoryCapBytes: 600_000_000,
    recycleAboveBytes: 250_000_000,
    recycleAfterJobs: 1_000,
    startSeconds: 30,
    onLoss: () => {},
    ...settings,
  });
  pools.push(pool);
  return pool;
}

test.each<[Order, Partial<ChildFailure>]>([
  ['abort', { reason: 'crash', message: 'SIGABRT' }],
  ['spin', { reason: 'deadline', message: 'SIGKILL' }],
  ['encode', { reason: 'deadline', message: 'SIGKILL' }],
  ['eat', { reason: 'memory', message: 'SIGKILL' }],
])('a child that is made to %s fails its own job, and the next one finds another child', async (order, failure) => {
  const pool = await standingPool();
  const before = await pool.run('answer', SOON);
  await expect(
    pool.run(order, { deadlineSeconds: order === 'spin' || order === 'encode' ? 0.5 : 30 }),
  ).rejects.toMatchObject(failure);
  expect(alive([before as number])).toEqual([]);
  expect(await pool.run('answer', SOON)).not.toBe(before);
});

test('twenty jobs of which every second one kills its child: the others succeed', async () => {
  const pool = await standingPool({ children: 2 });
  const orders = Array.from({ length: 20 }, (_, i): Order => (i % 2 ? 'abort' : 'answer'));
  const outcomes = await Promise.allSettled(orders.map((order) => pool.run(order, SOON)));
  expect(outcomes.map(({ status }) => status)).toEqual(
    orders.map((order) => (order === 'abort' ? 'rejected' : 'fulfilled')),
  );
});

test('an idle child that is killed is replaced, and costs no job', async () => {
  const loss = Promise.withResolvers<ChildLoss>();
  const pool = await standingPool({ onLoss: loss.resolve });
  const [pid] = pool.pids;
  process.kill(pid as number, 'SIGKILL');
  expect(await pool.run('answer', SOON)).not.toBe(pid);
  expect(await loss.promise).toMatchObject({ pid, end: 'SIGKILL' });
});

test('a refusal keeps its code, and the child', async () => {
  const pool = await standingPool();
  const before = pool.pids;
  await expect(pool.run('refuse', SOON)).rejects.toMatchObject({
    reason: 'refused',
    code: 'a_code',
    message: 'a sentence',
  });
  expect(pool.pids).toEqual(before);
});

test('a child is replaced after its number of jobs, and when it has grown', async () => {
  const byNumber = await standingPool({ recycleAfterJobs: 2 });
  const [first, second, third] = [
    await byNumber.run('answer', SOON),
    await byNumber.run('answer', SOON),
    await byNumber.run('answer', SOON),
  ];
  expect(second).toBe(first);
  expect(third).not.toBe(first);

  const bySize = await standingPool({ recycleAboveBytes: 150_000_000 });
  const before = await bySize.run('answer', SOON);
  await bySize.run('hoard', SOON);
  expect(await bySize.run('answer', SOON)).not.toBe(before);
});

test('jobs that want to be alone run one after another, beside others', async () => {
  const pool = await standingPool({ children: 3 });
  const large = { ...SOON, alone: true };
  const spans = await Promise.all([pool.run('span', large), pool.run('span', large), pool.run('span', SOON)]);
  const [first, second] = spans as { from: number; to: number }[];
  expect(second?.from).toBeGreaterThanOrEqual(first?.to ?? 0);
});

test('a child knows nothing of its parent', async () => {
  vi.stubEnv('JWT_SECRET', 'a secret');
  const pool = await standingPool();
  const names = (await pool.run('environment', SOON)) as string[];
  // The last one is sharp's own doing.
  const own = ['MALLOC_ARENA_MAX', 'MALLOC_TRIM_THRESHOLD_', 'NODE_COMPILE_CACHE', 'PATH'];
  expect(names.toSorted()).toEqual([...own, 'VIPSHOME']);
  vi.unstubAllEnvs();
});

test('a child outlives the signals that tell its parent to drain', async () => {
  const pool = await standingPool();
  const [pid] = pool.pids as [number];
  process.kill(pid, 'SIGINT');
  process.kill(pid, 'SIGTERM');
  expect(await pool.run('answer', SOON)).toBe(pid);
});

test('children end when their parent is killed, whatever they do', async () => {
  const parent = spawn(process.execPath, [join(SUPPORT, 'parent-of-children.ts')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(parent.stdout, 'data')) as [Buffer];
  const pids = JSON.parse(String(line)) as number[];
  const gone = once(parent, 'exit');
  parent.kill('SIGKILL');
  await gone;
  await vi.waitFor(() => expect(alive(pids)).toEqual([]), { timeout: 10_000 });
});

test('a pool whose children do not start says why', async () => {
  const pool = poolOf({ module: join(SUPPORT, 'no-such.child.ts') });
  await expect(pool.start()).rejects.toThrow(/no-such\.child\.ts/);
});

test('jobs in hand when the pool stops fail as stopped, and so do later ones', async () => {
  const pool = await standingPool();
  const inHand = expect(Promise.all([pool.run('spin', SOON), pool.run('answer', SOON)])).rejects.toMatchObject({
    reason: 'stopped',
  });
  await pool.stop();
  await inHand;
  await expect(pool.run('answer', SOON)).rejects.toMatchObject({ reason: 'stopped' });
});

describe('a job that nobody needs any more', () => {
  const reason = new Error('Nobody needs it');
  const endless = (unwanted?: AbortSignal) => ({ deadlineSeconds: 600, unwanted });

  test('ends with its child, which is replaced and is no loss', async () => {
    const losses: ChildLoss[] = [];
    const pool = await standingPool({ onLoss: (loss) => losses.push(loss) });
    const [before] = pool.pids as [number];
    const unwanted = new AbortController();
    const job = pool.run('encode', endless(unwanted.signal));
    // By then the child, which stood ready, has it.
    await new Promise(setImmediate);
    unwanted.abort(reason);
    await expect(job).rejects.toBe(reason);
    expect(alive([before])).toEqual([]);
    expect(await pool.run('answer', SOON)).not.toBe(before);
    expect(losses).toEqual([]);
  });

  test.each([
    ['a child', false],
    ['its turn to be alone', true],
  ])('ends at once while it waits for %s, and costs nobody anything', async (_words, alone) => {
    const pool = await standingPool({ children: alone ? 2 : 1 });
    const [inHand, waiting] = [new AbortController(), new AbortController()];
    const first = pool.run('spin', { ...endless(inHand.signal), alone });
    const before = pool.pids;
    const job = pool.run('answer', { ...endless(waiting.signal), alone });
    const next = pool.run('answer', { ...SOON, alone });
    waiting.abort(reason);
    await expect(job).rejects.toBe(reason);
    expect(pool.pids).toEqual(before);
    inHand.abort(reason);
    await expect(first).rejects.toBe(reason);
    expect(pool.pids).toContain(await next);
  });

  test('is not even begun when that is known', async () => {
    const pool = await standingPool();
    const before = pool.pids;
    await expect(pool.run('spin', endless(AbortSignal.abort(reason)))).rejects.toBe(reason);
    expect(await pool.run('answer', SOON)).toBe(before[0]);
  });

  test('that has its result already leaves the child to others', async () => {
    const pool = await standingPool();
    const unwanted = new AbortController();
    const before = await pool.run('answer', endless(unwanted.signal));
    unwanted.abort(reason);
    expect(await pool.run('answer', SOON)).toBe(before);
  });
});
