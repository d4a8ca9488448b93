import { expect, test } from 'vitest';
import { RunningTasks } from '../../../src/shared/tasks/running-tasks.ts';

/** Running tasks of so many places, each of which leaves and ends when the test says so. */
function scripted(places: number) {
  const ends = new Map<string, () => void>();
  const leaves = new Map<string, () => void>();
  const free = new Set<string>();
  const tasks = new RunningTasks(places, (id, leave) => {
    leaves.set(id, leave);
    return new Promise((end) => ends.set(id, end));
  });
  return {
    run: (id: string) => tasks.run(id).then(() => void free.add(id)),
    leave: (id: string) => leaves.get(id)?.(),
    end: (id: string) => ends.get(id)?.(),
    isFree: (id: string) => free.has(id),
    ended: () => tasks.ended(),
  };
}

const settled = () => new Promise(setImmediate);

test('a task holds its place until it leaves, or to its end', async () => {
  const { run, leave, end, isFree, ended } = scripted(2);
  const places = [run('one'), run('other')];
  await settled();
  expect([isFree('one'), isFree('other')]).toEqual([false, false]);
  leave('one');
  end('other');
  await Promise.all(places);
  let haveEnded = false;
  const all = ended().then(() => {
    haveEnded = true;
  });
  await settled();
  expect(haveEnded).toBe(false);
  end('one');
  await all;
});

test('as many tasks leave early as there are places; the next holds its own to its end', async () => {
  const { run, leave, end, isFree, ended } = scripted(1);
  const first = run('first');
  leave('first');
  await first;
  const second = run('second');
  leave('second');
  await settled();
  expect(isFree('second')).toBe(false);
  end('first');
  end('second');
  await second;
  const third = run('third');
  leave('third');
  leave('third');
  await third;
  end('third');
  await ended();
});

test('a task that fails gives its place back', async () => {
  const tasks = new RunningTasks(1, () => Promise.reject(new Error('The database is away')));
  await tasks.run('one');
  await tasks.ended();
});
