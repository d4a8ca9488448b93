import { expect, test, vi } from 'vitest';
import { WaitingPlaces } from '../../../src/image-jobs/application/waiting-places.ts';

test('there are as many places as were set, and one that is given back is free', () => {
  const places = new WaitingPlaces(2);
  const leave = places.take('a', () => {});
  places.take('b', () => {});
  expect(places.take('c', () => {})).toBeUndefined();
  leave?.();
  leave?.();
  expect(places.take('c', () => {})).toBeDefined();
  expect(places.take('d', () => {})).toBeUndefined();
});

test('the same caller may take two places at once', () => {
  const places = new WaitingPlaces(2);
  const sendHome = vi.fn();
  const leave = places.take('a', sendHome);
  places.take('a', sendHome);
  leave?.();
  places.close();
  expect(sendHome).toHaveBeenCalledOnce();
});

test('closing sends everyone home, and from then on there is no place', () => {
  const places = new WaitingPlaces(2);
  const sendHome = vi.fn();
  places.take('a', sendHome);
  places.close();
  expect(sendHome).toHaveBeenCalledOnce();
  expect(places.take('b', () => {})).toBeUndefined();
});
