import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { pauseWork, resumeWork } from '../support/paused-work.ts';
import { image, photograph } from '../support/pictures.ts';
import { type Service, startService } from '../support/service.ts';
import { RunningClock } from '../support/test-clock.ts';
import { screenshot, useBrowser } from './support/visit.ts';

const REQUESTS_A_MINUTE = 5;

let service: Service;
beforeEach(async () => {
  service = await startService({}, new RunningClock());
});
afterEach(() => service.stop());
const browser = useBrowser();

test('a job goes on over a reload while it is processed', async () => {
  await pauseWork(service);
  const page = await browser.open(`${service.url}/playground/`);
  await chooseSample(page);
  await page.getByRole('button', { name: '+ Resize' }).click();
  await page.getByLabel('Width, pixels').fill('5000');
  await page.getByLabel('Height, pixels').fill('3300');
  await page.getByRole('button', { name: '+ Convert' }).click();
  await page.getByRole('button', { name: 'Process the picture' }).click();
  await page.waitForURL(/#job=/);
  await page
    .locator('#status')
    .getByText(/pending|processing/)
    .waitFor();
  await screenshot(page, 'playground-processing', false);
  await page.reload();
  await page.locator('#status').getByText('pending').waitFor();
  await resumeWork(service);
  await page.locator('#status').getByText('completed').waitFor();
  expect(await page.locator('#job').textContent()).toContain('WEBP, 4950 × 3300');
});

test('a refusal for the rate shows its wait once, and the upload goes on after it', async () => {
  const page = await browser.open(`${service.url}/playground/`, { allowedErrors: /status of 429/ });
  const buffer = await image(photograph(40, 30)).jpeg().toBuffer();
  await page.getByLabel('Choose a file').setInputFiles({ name: 'small.jpg', mimeType: 'image/jpeg', buffer });
  await page.locator('#picture-facts').waitFor();
  const used = REQUESTS_A_MINUTE - 1;
  for (let request = 0; request < used; request += 1) await fetch(`${service.url}/api/images/${randomUUID()}/`);
  await page.clock.install();
  const send = page.getByRole('button', { name: 'Process the picture' });
  await send.click();
  await page.getByRole('slider', { name: 'Divider' }).waitFor();
  await page.getByRole('button', { name: '+ Filter' }).click();
  await send.click();
  await page.getByText(/The server takes the next request in \d+ s/).waitFor();
  await page.getByText('It goes on as soon as the server takes another request').waitFor();
  await screenshot(page, 'playground-rate-limit', false);
  // One countdown: no other text of the page names seconds.
  expect(
    await page
      .getByText(/\d+ s\b/)
      .filter({ visible: true })
      .count(),
  ).toBe(1);
  service.clock.advance(60);
  await page.clock.fastForward(61_000);
  await page.getByRole('slider', { name: 'Divider' }).waitFor();
  expect(await page.locator('#pause').isVisible()).toBe(false);
});

test('a playground that opens while the server is away works when it is back', async () => {
  const page = await browser.open(`${service.url}/`, { allowedErrors: /ERR_FAILED/ });
  await page.clock.install();
  await page.route('**/api/limits/', (route) => route.abort(), { times: 1 });
  await page.goto(`${service.url}/playground/`);
  await page.getByText('This page tries again by itself.').waitFor();
  await page.clock.fastForward(6_000);
  await page.getByText('Anonymous: files up to').waitFor();
  await chooseSample(page);
  await page.getByRole('button', { name: 'Process the picture' }).click();
  await page.getByRole('link', { name: 'Save the result' }).waitFor();
});

test('a service without anonymous callers asks to log in', async () => {
  const closed = await startService({ ANONYMOUS: 'off', REGISTRATION: 'closed' });
  try {
    const page = await browser.open(`${closed.url}/playground/`, { allowedErrors: /status of 401/ });
    expect(await page.getByRole('link', { name: /regist/i }).count()).toBe(0);
    await page.locator('#limits-line').getByRole('link', { name: 'Log in' }).click();
    await page.waitForURL(`${closed.url}/login/?next=/playground/`);
    expect(await page.getByRole('link', { name: /regist/i }).count()).toBe(0);
    await page.goto(`${closed.url}/account/`);
    await page.getByText('You are not signed in').waitFor();
    expect(await page.getByRole('link', { name: /regist/i }).count()).toBe(0);
    await page.goto(`${closed.url}/`);
    expect(await page.getByText(/without an account|no account is needed/i).count()).toBe(0);
    expect(await page.getByRole('link', { name: 'Register' }).count()).toBe(0);
  } finally {
    await closed.stop();
  }
});

async function chooseSample(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Use the built-in picture' }).click();
  await page.locator('#picture-facts').waitFor();
}
