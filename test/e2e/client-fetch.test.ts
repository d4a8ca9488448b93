import { afterAll, beforeAll, expect, test } from 'vitest';
import { Api, type Operation } from '../../generated/fetch-client/api.ts';
import { untilFinal } from '../support/final.ts';
import { expectSameBytes } from '../support/same-bytes.ts';
import { type Service, startService } from '../support/service.ts';
import { SMALL_JPEG } from '../support/upload.ts';

const OPERATIONS: Operation[] = [
  { operation_type: 'resize', parameters: { width: 32, height: 24, fit: 'cover' } },
  { operation_type: 'convert', parameters: { format: 'webp' } },
];

let service: Service;
let client: Api<unknown>;
beforeAll(async () => {
  service = await startService({ THROTTLE_ANONYMOUS_PER_MINUTE: '1000' });
  client = new Api({ baseUrl: service.url });
});
afterAll(() => service.stop());

test('a client of functions over fetch uploads, waits, and downloads, byte for byte', async () => {
  const key = 'a-key-of-a-good-length';
  const body = { original_image: new File([SMALL_JPEG], 'small.jpg'), operations: JSON.stringify(OPERATIONS) };
  const headers = { Prefer: 'wait=20', 'Idempotency-Key': key };
  const { data: created } = await client.api.createImage(body, { headers });
  const shown = await untilFinal(async (waiting) => (await client.api.getImage(created.id, { headers: waiting })).data);
  expect(shown).toMatchObject({ status: 'completed', operations: OPERATIONS });
  const { data: downloaded } = await client.api.downloadImage(created.id);
  expect(downloaded.size).toBe(shown.result?.bytes);
  await expectSameBytes(service, { id: created.id, key, sent: SMALL_JPEG, operations: OPERATIONS, downloaded });
});

test('it throws a refusal as a problem', async () => {
  await expect(client.api.listImages()).rejects.toMatchObject({ status: 401, error: { code: 'not_authenticated' } });
});
