import { WaitingPlaces } from '../../src/image-jobs/application/kinds-of-places.ts';
import type { Service } from './service.ts';

/** Resolves when so many requests wait. */
export async function untilWaiting({ app }: Service, count: number): Promise<void> {
  const places = app.get(WaitingPlaces, { strict: false });
  while (places.taken !== count) await new Promise(setImmediate);
}
