import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { DatabaseClock } from '../../../src/database/database-clock.ts';

const NOON = Date.parse('2026-01-01T12:00:00.000Z');

/** A database, a machine and the way between them, each with a time of its own. */
class World {
  elapsed = 5000;
  /** Of the database's clock, beyond the time that has passed. */
  database = NOON;
  machine = NOON - 3_600_000;
  /** How long a connection is waited for. */
  waiting = 0;
  /** How long a question, and an answer, are on their way. */
  ways: [there: number, back: number][] = [];
  isAway = false;

  readonly clock = () =>
    DatabaseClock.from({
      database: (work) => {
        this.elapsed += this.waiting;
        return work(async () => {
          if (this.isAway) throw new Error('It does not answer');
          const [there, back] = this.ways.shift() ?? [0, 0];
          this.elapsed += there;
          const answer = this.database + this.elapsed;
          this.elapsed += back;
          return answer;
        });
      },
      elapsed: () => this.elapsed,
      machine: () => this.machine + this.elapsed,
    });

  get truth(): number {
    return this.database + this.elapsed;
  }
}

let world: World;
beforeEach(() => {
  vi.useFakeTimers();
  world = new World();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Lets the next measurement happen. */
const measured = () => vi.advanceTimersByTimeAsync(10_000);
const errorOf = (clock: DatabaseClock) => clock.now().getTime() - world.truth;

describe('the database says what time it is', () => {
  test.each([-3_600_000, -100, 0, 100, 30_000])('to a machine whose clock is off by %d ms', async (off) => {
    world.machine = world.database + off;
    const clock = await world.clock();
    expect(errorOf(clock)).toBe(0);
    world.elapsed += 7000;
    expect(errorOf(clock)).toBe(0);
  });

  test('wrong by at most half of the quickest round trip', async () => {
    world.ways = [
      [900, 10],
      [4, 0],
      [0, 300],
    ];
    expect(errorOf(await world.clock())).toBe(2);
  });

  test('right though a connection has to be waited for', async () => {
    world.waiting = 2500;
    expect(errorOf(await world.clock())).toBe(0);
  });

  test('again and again: what the machine has drifted is made up for', async () => {
    const clock = await world.clock();
    world.database += 40;
    expect(errorOf(clock)).toBe(-40);
    await measured();
    expect(errorOf(clock)).toBe(0);
  });

  test('at once after a sleep in which the time of the process stood still', async () => {
    const clock = await world.clock();
    world.database += 600_000;
    world.machine += 600_000;
    clock.now();
    await vi.advanceTimersByTimeAsync(0);
    expect(errorOf(clock)).toBe(0);
  });

  test('not while it is away: the last word counts', async () => {
    const clock = await world.clock();
    world.isAway = true;
    world.database += 40;
    await measured();
    expect(errorOf(clock)).toBe(-40);
    world.isAway = false;
    await measured();
    expect(errorOf(clock)).toBe(0);
  });
});

test('it does not go back for a small correction, and follows a database that was set back for good', async () => {
  const clock = await world.clock();
  const before = clock.now();
  world.database -= 40;
  await measured();
  expect(clock.now()).toEqual(before);
  world.elapsed += 100;
  expect(errorOf(clock)).toBe(0);
  world.database -= 60_000;
  await measured();
  expect(errorOf(clock)).toBe(0);
});

test('it does not begin without an answer', async () => {
  world.isAway = true;
  await expect(world.clock()).rejects.toThrow('It does not answer');
  expect(vi.getTimerCount()).toBe(0);
});
