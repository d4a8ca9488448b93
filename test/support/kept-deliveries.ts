import { DeliveryRepository } from '../../src/webhooks/application/ports.ts';
import type { Service } from './service.ts';
import { until } from './until.ts';

/** Resolves when the service's sweep has forgotten this delivery. */
export async function forgotten({ app }: Service, id: string): Promise<void> {
  const deliveries = app.get(DeliveryRepository, { strict: false });
  await until(
    () => deliveries.find(id),
    (found) => found === null,
  );
}
