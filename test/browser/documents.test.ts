import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { finalAt } from '../support/final.ts';
import { image, photograph } from '../support/pictures.ts';
import { type Service, startService } from '../support/service.ts';
import { violations } from './support/axe.ts';
import { screenshot, useBrowser } from './support/visit.ts';

const GENEROUS = { THROTTLE_ANONYMOUS_PER_MINUTE: '1000', THROTTLE_AUTHENTICATED_PER_MINUTE: '1000' };
const [LIGHT_PAPER, DARK_PAPER] = ['rgb(250, 250, 247)', 'rgb(15, 17, 23)'];
const ADA = { username: 'ada', email: 'ada@example.com', password: 'a picture says more' };

let service: Service;
beforeAll(async () => {
  service = await startService(GENEROUS);
});
afterAll(() => service.stop());
const browser = useBrowser();

async function logIn(): Promise<string> {
  const headers = { 'Content-Type': 'application/json' };
  await fetch(`${service.url}/accounts/register/`, { method: 'POST', headers, body: JSON.stringify(ADA) });
  const { username, password } = ADA;
  const answer = await fetch(`${service.url}/accounts/login/`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ username, password }),
  });
  return ((await answer.json()) as { access: string }).access;
}

describe('Swagger UI', () => {
  test('authorises, uploads a file and shows the result', async () => {
    const access = await logIn();
    const page = await browser.open(`${service.url}/api/docs/`);
    await page.locator('.btn.authorize').first().click();
    const form = page.locator('.auth-container').filter({ hasText: 'bearer (http, Bearer)' });
    await form.locator('input').fill(access);
    await form.locator('.btn.authorize').click();
    await form.locator('.btn-done').click();
    const create = page.locator('#operations-Images-createImage');
    await create.locator('.opblock-summary-control').click();
    await create.locator('.try-out__btn').click();
    const buffer = await image(photograph(400, 300)).jpeg().toBuffer();
    await create.locator('input[type=file]').setInputFiles({ name: 'photo.jpg', mimeType: 'image/jpeg', buffer });
    const [created] = await Promise.all([
      page.waitForResponse((response) => response.request().method() === 'POST'),
      create.locator('.btn.execute').click(),
    ]);
    expect([created.status(), created.request().headers().authorization]).toEqual([201, `Bearer ${access}`]);
    // Examples of optional headers are for reading, not for sending.
    expect(created.request().headers()).not.toHaveProperty('idempotency-key');
    const { id } = (await created.json()) as { id: string };
    await finished(id, access);

    const download = page.locator('#operations-Images-downloadImage');
    await download.locator('.opblock-summary-control').click();
    await download.locator('.try-out__btn').click();
    await download.locator('tr[data-param-name=id] input').fill(id);
    await download.locator('.btn.execute').click();
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      download.getByRole('link', { name: 'Download file' }).click(),
    ]);
    expect(file.suggestedFilename()).toBe('photo.webp');
    expect(await sharp(await file.path()).metadata()).toMatchObject({ format: 'webp', width: 1200, height: 900 });
    await screenshot(page, 'swagger-ui', false);
  });

  test('is dark where the pages are', async () => {
    const page = await browser.open(`${service.url}/api/docs/`, { colorScheme: 'dark' });
    await page.locator('.opblock').first().waitFor();
    await screenshot(page, 'swagger-ui-dark', false);
    expect(await backgroundOf(page, '.swagger-ui')).toBe(DARK_PAPER);
    await page.emulateMedia({ colorScheme: 'light' });
    await expect.poll(() => backgroundOf(page, '.swagger-ui')).toBe(LIGHT_PAPER);
  });
});

describe('ReDoc', () => {
  test('shows every route and searches', async () => {
    const page = await browser.open(`${service.url}/api/redoc/`);
    await page.getByRole('heading', { name: 'Upload an image with a list of operations' }).waitFor();
    await page.getByPlaceholder('Search...').fill('sessions');
    await page.locator('[data-role="search:results"] li').first().waitFor();
    await screenshot(page, 'redoc', false);
  });

  test('is dark where the pages are, and readable', async () => {
    const page = await browser.open(`${service.url}/api/redoc/`, { colorScheme: 'dark' });
    await page.getByRole('heading', { name: 'Upload an image with a list of operations' }).waitFor();
    await screenshot(page, 'redoc-dark', false);
    expect(await backgroundOf(page, '.menu-content')).toBe(DARK_PAPER);
    expect(await violations(page, ['color-contrast'])).toEqual([]);
    await page.emulateMedia({ colorScheme: 'light' });
    await expect.poll(() => backgroundOf(page, '.menu-content')).toBe(LIGHT_PAPER);
    await page.getByRole('heading', { name: 'Upload an image with a list of operations' }).waitFor();
    expect(await violations(page, ['color-contrast'])).toEqual([]);
  });
});

test.each(['/api/docs/', '/api/redoc/'])("%s has the pages' own header and fits 360 pixels", async (path) => {
  const home = await browser.open(service.url);
  const links = await home.locator('.site-header a').allTextContents();
  const page = await browser.open(service.url + path);
  expect(await page.locator('.site-header a').allTextContents()).toEqual(links);
  expect(await page.locator('.site-header [aria-current]').getAttribute('href')).toBe(path);
  const height = async (shown: Page) => (await shown.locator('.site-header').boundingBox())?.height;
  expect(await height(page)).toBeGreaterThan(40);
  expect(await height(page)).toBe(await height(home));
  await page.locator('#swagger-ui .opblock, #redoc h1').first().waitFor();
  await page.setViewportSize({ width: 360, height: 740 });
  await screenshot(page, `${path.split('/')[2]}-360`, false);
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
});

const backgroundOf = (page: Page, selector: string) =>
  page.evaluate<string | null>(`(() => {
    const element = document.querySelector('${selector}');
    return element && getComputedStyle(element).backgroundColor;
  })()`);

/** Waits for the end of a job. */
async function finished(id: string, access: string): Promise<void> {
  const job = await finalAt(`${service.url}/api/images/${id}/`, { Authorization: `Bearer ${access}` });
  expect(job.status).toBe('completed');
}
