import { expect, test } from 'vitest';
import { RunningTasks } from '../../../src/shared/running-tasks.ts';

/** A task that leaves and ends when the test says so. */
function scripted(tasks: RunningTasks) {
  const end = Promise.withResolvers<void>();
  let leave = () => {};
  let isFree = false;
  const place = tasks.begin((leaves) => {
    leave = leaves;
    return end.promise;
  });
  void place.then(() => {
    isFree = true;
  });
  return { place, leave: () => leave(), end: end.resolve, isFree: () => isFree };
}

const settled = () => new Promise(setImmediate);

test('a task holds its place until it leaves, or to its end', async () => {
  const tasks = new RunningTasks(2);
  const [one, other] = [scripted(tasks), scripted(tasks)];
  await settled();
  expect([one.isFree(), other.isFree()]).toEqual([false, false]);
  one.leave();
  other.end();
  await Promise.all([one.place, other.place]);
  expect(tasks.size).toBe(1);
  one.end();
  await tasks.ended();
  expect(tasks.size).toBe(0);
});

test('as many tasks leave early as there are places; the next holds its own to its end', async () => {
  const tasks = new RunningTasks(1);
  const first = scripted(tasks);
  first.leave();
  await first.place;
  const second = scripted(tasks);
  second.leave();
  await settled();
  expect(second.isFree()).toBe(false);
  first.end();
  second.end();
  await second.place;
  const third = scripted(tasks);
  third.leave();
  third.leave();
  await third.place;
  third.end();
  await tasks.ended();
});
