import { afterAll, beforeAll, expect, test } from 'vitest';
import { Receiver, TO_THIS_MACHINE, verified } from '../support/receiver.ts';
import { type Service, startService } from '../support/service.ts';
import { RunningClock } from '../support/test-clock.ts';
import { violations } from './support/axe.ts';
import { register } from './support/sign-in.ts';
import { screenshot, useBrowser } from './support/visit.ts';

const ADA = { username: 'ada', email: 'ada@example.com', password: 'a picture says more' };

let service: Service;
let receiver: Receiver;
beforeAll(async () => {
  service = await startService(
    { ...TO_THIS_MACHINE, THROTTLE_AUTHENTICATED_PER_MINUTE: '1000', SWEEP_SECONDS: '1' },
    new RunningClock(),
  );
  receiver = await Receiver.listen((response, n) => response.writeHead(n === 1 ? 410 : 204).end());
});
afterAll(async () => {
  await service.stop();
  await receiver.close();
});
const browser = useBrowser();

test('a webhook is made, tried, changed, sent again, and deleted', async () => {
  const page = await browser.open(`${service.url}/register/`, {
    allowedErrors: /status of 400/,
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  await register(page, service.url, ADA);
  await page.goto(`${service.url}/account/`);
  await page.getByText('No webhooks yet.').waitFor();

  const section = page.locator('section').filter({ has: page.locator('#make-webhook') });
  const rows = section.locator('#webhooks li');
  const url = section.getByLabel('URL');
  await url.fill('ftp://hooks.example.com/');
  await section.getByRole('button', { name: 'Add a webhook' }).click();
  await section.locator('#webhook-url-error').filter({ hasText: 'Enter an https URL' }).waitFor();
  await url.fill(receiver.url);
  for (const event of await section.getByRole('checkbox').all()) await event.uncheck();
  await section.getByRole('button', { name: 'Add a webhook' }).click();
  await section.locator('#webhook-events-error').filter({ hasText: /\S/ }).waitFor();
  for (const event of ['image.completed', 'batch.completed']) await section.getByLabel(event).check();
  await section.getByRole('button', { name: 'Add a webhook' }).click();

  const secret = (await section.locator('#webhook-secret-text').filter({ hasText: 'whsec_' }).textContent()) ?? '';
  await section.locator('#webhook-secret').getByRole('button', { name: 'Copy' }).click();
  await section.getByRole('button', { name: 'Copied' }).waitFor();
  expect(await page.evaluate('navigator.clipboard.readText()')).toBe(secret);
  await rows.getByText('image.completed, batch.completed').waitFor();

  await section.getByRole('button', { name: `Test: ${receiver.url}` }).click();
  const [first] = await receiver.received(1);
  expect(verified(secret, first as never)).toMatchObject({ type: 'webhook.test' });
  const deliveries = section.getByRole('region', { name: 'Deliveries' });
  await expect
    .poll(async () => {
      await section.getByRole('button', { name: 'Look again' }).click();
      return deliveries.getByRole('row').last().getByRole('cell').allTextContents();
    })
    .toEqual([expect.any(String), 'webhook.test', 'failed', '1', expect.stringMatching(/^410, \d+ ms$/), 'Send again']);
  await screenshot(page, 'account-webhooks');
  expect(await violations(page)).toEqual([]);
  await page.emulateMedia({ colorScheme: 'dark' });
  await screenshot(page, 'account-webhooks-dark');
  expect(await violations(page)).toEqual([]);
  await page.setViewportSize({ width: 360, height: 740 });
  await screenshot(page, 'account-webhooks-narrow');
  expect(await violations(page)).toEqual([]);
  expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
  await page.setViewportSize({ width: 1280, height: 900 });

  await page.reload();
  await rows.getByText('disabled: it answered 410').waitFor();
  expect(await page.content()).not.toContain(secret);
  await section.getByRole('button', { name: `Enable: ${receiver.url}` }).click();
  await section.getByRole('button', { name: `Disable: ${receiver.url}` }).waitFor();
  await section.getByRole('button', { name: `Deliveries: ${receiver.url}` }).click();
  await deliveries.getByRole('button', { name: 'Send again: webhook.test' }).click();
  const [, second] = await receiver.received(2);
  expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
  expect(second?.body).toBe(first?.body);

  await section.getByRole('button', { name: `Change: ${receiver.url}` }).click();
  expect(await url.inputValue()).toBe(receiver.url);
  expect(await section.getByLabel('image.failed').isChecked()).toBe(false);
  await section.getByRole('button', { name: 'Leave it as it is' }).click();
  expect(await url.inputValue()).toBe('');
  await section.getByRole('button', { name: 'Add a webhook' }).waitFor();
  await section.getByRole('button', { name: `Change: ${receiver.url}` }).click();
  const other = `${receiver.url}/other`;
  await url.fill(other);
  await section.getByLabel('batch.completed').uncheck();
  await section.getByRole('button', { name: 'Save the webhook' }).click();
  await rows.getByText(other).waitFor();
  expect(await rows.locator('.hint').first().textContent()).toBe('image.completed');
  expect(await section.locator('#webhook-secret').isVisible()).toBe(false);
  await section.getByRole('button', { name: `New secret: ${other}` }).click();
  const next = await section.locator('#webhook-secret-text').filter({ hasText: 'whsec_' }).textContent();
  await section.getByRole('button', { name: `Test: ${other}` }).click();
  const [, , third] = await receiver.received(3);
  expect(third?.path).toBe('/hook/other');
  for (const one of [secret, next ?? '']) expect(verified(one, third as never)).toMatchObject({ type: 'webhook.test' });

  await section.getByRole('button', { name: `Delete: ${other}` }).click();
  await page.getByText('No webhooks yet.').waitFor();
  expect(await section.locator('#webhook-secret').isVisible()).toBe(false);
});
