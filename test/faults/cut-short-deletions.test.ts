import { afterAll, expect, test } from 'vitest';
import { ApiClient, PASSWORD } from '../support/api-client.ts';
import { image, photograph } from '../support/pictures.ts';
import { Receiver, TO_THIS_MACHINE } from '../support/receiver.ts';
import { untilNone } from '../support/until.ts';
import { formOf } from '../support/upload.ts';
import { Deployment, PATIENT_STATEMENTS } from './support/deployment.ts';

const picture = new Uint8Array(await image(photograph(400, 300)).jpeg().toBuffer());
/** Every table that a deleted account may be named in, but for usage, which is told of nobody. */
const OWNED = ['api_keys', 'sessions', 'image_jobs', 'presets', 'webhook_endpoints', 'webhook_deliveries'];

const END_WAITING = `select pg_terminate_backend(pid) from pg_stat_activity
  where datname = current_database() and wait_event_type = 'Lock'`;

const closers: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

test('an API is killed while it deletes an account: another one goes on, and no webhook is sent for it', async () => {
  const deployment = await Deployment.create({}, { ...TO_THIS_MACHINE, ...PATIENT_STATEMENTS });
  closers.push(() => deployment.stop());
  const receiver = await Receiver.listen();
  closers.push(() => receiver.close());
  const api = await deployment.start('api');
  const client = new ApiClient(api.url);
  const tokens = await client.newAccount('leaver');
  const member = client.as(tokens);
  await member.post('/accounts/keys/', { name: 'import', scopes: ['images:read'] });
  await member.post('/api/webhooks/', { url: receiver.url, events: ['image.completed'] });
  const headers = { Authorization: `Bearer ${tokens.access}` };
  const upload = await fetch(`${api.url}/api/images/`, { method: 'POST', headers, body: formOf(picture) });
  const { id } = (await upload.json()) as { id: string };
  const left = async () => {
    const counts = OWNED.map((table) => deployment.query<object>(`select '${table}' as name from ${table} limit 1`));
    return (await Promise.all(counts)).flat();
  };
  // Deleting comes as far as its image, whose row somebody else holds.
  const row = await deployment.lock(id);
  const deletion = member.post('/accounts/delete/', { password: PASSWORD }).catch(() => null);
  await untilNone(() => deployment.query<object>('select id from accounts'));
  await deployment.end(api, 'SIGKILL');
  expect(await deletion).toBeNull();
  // The server would do what the dead one has asked for.
  await untilNone(() => deployment.query<object>(END_WAITING));
  await row.release();
  expect((await left()).length).toBeGreaterThan(1);
  await deployment.start('worker');
  await untilNone(left);
  expect(receiver.messages).toEqual([]);
  await deployment.nothingIsLeft();
});
