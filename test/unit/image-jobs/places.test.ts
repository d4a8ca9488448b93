import { expect, test, vi } from 'vitest';
import { Caller } from '../../../src/accounts/domain/caller.ts';
import { DownloadPlaces, StreamPlaces, WaitingPlaces } from '../../../src/image-jobs/application/kinds-of-places.ts';
import { loadSettings } from '../../../src/settings/load-settings.ts';

const policies = loadSettings({}).policies;
const address = (last: number) => Caller.anonymous(`192.0.2.${last}`, policies);
const account = (id: string) => Caller.account(id, 'session', '192.0.2.1', policies);

function refusalOf(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    return error;
  }
}

test('there are as many places as were set, and one that is given back is free', () => {
  const places = new WaitingPlaces({ places: 2 });
  const leave = places.take(address(1), () => {});
  places.take(address(2), () => {});
  expect(places.take(address(3), () => {})).toBeUndefined();
  leave?.();
  leave?.();
  expect(places.take(address(3), () => {})).toBeDefined();
  expect(places.take(address(4), () => {})).toBeUndefined();
});

test('the same caller may take two places at once', () => {
  const places = new WaitingPlaces({ places: 2 });
  const sendHome = vi.fn();
  const leave = places.take(address(1), sendHome);
  places.take(address(1), sendHome);
  leave?.();
  places.close();
  expect(sendHome).toHaveBeenCalledOnce();
});

test('closing sends everyone home, and from then on there is no place', () => {
  const places = new WaitingPlaces({ places: 2 });
  const sendHome = vi.fn();
  places.take(address(1), sendHome);
  places.close();
  expect(sendHome).toHaveBeenCalledOnce();
  expect(places.take(address(2), () => {})).toBeUndefined();
});

test('each caller has a share of the places, by their kind', () => {
  const places = new StreamPlaces({ places: 4, perAddress: 1, perAccount: 2 });
  const leave = places.take(address(1));
  expect(() => places.take(address(1))).toThrow('limit of anonymous callers');
  places.take(address(2));
  places.take(account('a'));
  places.take(account('a'));
  expect(places.taken).toBe(4);
  expect(() => places.take(account('b'))).toThrow('limit of each process');
  leave();
  expect(() => places.take(account('a'))).toThrow('limit of signed-in callers');
  places.take(account('b'));
});

test('whoever finds no place is told whose limit it is, and when to try again', () => {
  const places = new DownloadPlaces({ places: 3, perAddress: 1, perAccount: 2 });
  places.take(address(1));
  expect(refusalOf(() => places.take(address(1)))).toMatchObject({
    problem: { code: 'too_many_downloads' },
    detail: 'Expected at most 1 downloads at once (limit of anonymous callers), received one more',
    details: { retryAfter: 10 },
  });
  places.take(account('a'));
  places.take(account('a'));
  expect(refusalOf(() => places.take(account('b')))).toMatchObject({
    problem: { code: 'downloads_full' },
    detail: 'Expected at most 3 downloads at once (limit of each process of the service), received one more',
    details: { retryAfter: 30 },
  });
  places.close();
  expect(() => places.take(account('b'))).toThrow('about to stop');
});
