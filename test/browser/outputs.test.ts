import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Service, startService } from '../support/service.ts';
import { RunningClock } from '../support/test-clock.ts';
import { unpacked } from '../support/unpacked-zip.ts';
import { violations } from './support/axe.ts';
import { choose, photo, shownField } from './support/files.ts';
import { playgroundOf } from './support/sign-in.ts';
import { screenshot, useBrowser } from './support/visit.ts';

let service: Service;
beforeAll(async () => {
  service = await startService(
    { THROTTLE_AUTHENTICATED_PER_MINUTE: '1000', THROTTLE_ANONYMOUS_PER_MINUTE: '1000' },
    new RunningClock(),
  );
});
afterAll(() => service.stop());
const browser = useBrowser();

const PROCESS = { name: 'Process the picture' };

/** A playground with one picture, and two results of it: one of 60 pixels, one of 20 as WebP. */
async function withTwo(username: string, options = {}): Promise<Page> {
  const page = await playgroundOf(browser, service.url, username, options);
  await choose(page, [photo('photo.jpg')]);
  await page.getByRole('button', { name: '+ Scale' }).click();
  await page.getByLabel('Width, pixels').fill('60');
  await another(page, 'thumb');
  await page.getByLabel('Width, pixels').fill('20');
  await page.getByRole('button', { name: '+ Convert' }).click();
  await page.getByRole('radio', { name: 'webp' }).check();
  return page;
}

async function another(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: '+ Another result' }).click();
  await page.getByLabel('Name of the chosen result').fill(name);
}

async function downloaded(page: Page, click: () => Promise<void>): Promise<{ name: string; path: string }> {
  const [file] = await Promise.all([page.waitForEvent('download'), click()]);
  return { name: file.suggestedFilename(), path: await file.path() };
}

test('several results of one picture are sent as one job, and come back beside each other', async () => {
  const page = await withTwo('ada');
  const posts: string[] = [];
  page.on('request', (request) => request.method() === 'POST' && posts.push(request.url()));
  expect(await shownField(page)).toMatchObject({
    name: 'Outputs',
    value: [
      { name: 'result-1', operations: [{ operation_type: 'scale', parameters: { width: 60 } }] },
      {
        name: 'thumb',
        operations: [{ operation_type: 'scale', parameters: { width: 20 } }, { operation_type: 'convert' }],
      },
    ],
  });
  await page.getByRole('button', PROCESS).click();
  const first = page.getByRole('listitem', { name: 'result-1' });
  await first.getByText('JPG, 60 × 45').waitFor();
  const thumb = page.getByRole('listitem', { name: 'thumb' });
  await thumb.getByText('WEBP, 20 × 15').waitFor();
  expect(await thumb.textContent()).toMatch(/\d+ bytes −\d+ %/);
  expect(posts).toEqual([`${service.url}/api/images/`]);
  const boxes = [await first.boundingBox(), await thumb.boundingBox()];
  expect(boxes[0]?.y).toBe(boxes[1]?.y);
  const saved = await downloaded(page, () => page.getByRole('link', { name: 'Save thumb' }).click());
  expect(saved.name).toBe('photo-thumb.webp');
  expect(await sharp(await readFile(saved.path)).metadata()).toMatchObject({ format: 'webp', width: 20 });
  const zip = await downloaded(page, () => page.getByRole('button', { name: 'Save all as ZIP' }).click());
  expect(zip.name).toBe('photo.zip');
  expect(unpacked(zip.path).map(({ name }) => name)).toEqual(['photo-result-1.jpg', 'photo-thumb.webp']);
  await screenshot(page, 'playground-outputs');
  expect(await violations(page)).toEqual([]);
  await page.setViewportSize({ width: 360, height: 740 });
  await screenshot(page, 'playground-outputs-360');
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
});

test('a reload keeps the results and their list, and the history names them', async () => {
  const page = await withTwo('bea');
  await page.getByRole('button', PROCESS).click();
  await page.getByRole('link', { name: 'Save thumb' }).waitFor();
  await page.reload();
  const saved = await downloaded(page, () => page.getByRole('link', { name: 'Save result-1' }).click());
  expect(saved.name).toBe('photo-result-1.jpg');
  await page.locator('#history').getByText('2 results: result-1, thumb').waitFor();
  expect(await shownField(page)).toMatchObject({ value: [{ name: 'result-1' }, { name: 'thumb' }] });
  await page.getByRole('radio', { name: 'result-1' }).focus();
  await page.keyboard.press('ArrowRight');
  expect(await page.getByLabel('Name of the chosen result').inputValue()).toBe('thumb');
  await page.getByRole('button', { name: 'Remove it' }).click();
  expect(await shownField(page)).toMatchObject({ name: 'Operations', value: [{ parameters: { width: 60 } }] });
  expect(await page.getByLabel('Name of the chosen result').isVisible()).toBe(false);
});

test('a name that is there twice, or is none, is said before anything is sent', async () => {
  const page = await withTwo('cleo');
  const posts: string[] = [];
  page.on('request', (request) => request.method() === 'POST' && posts.push(request.url()));
  const name = page.getByLabel('Name of the chosen result');
  await name.fill('result-1');
  await page.getByText('Another result has this name already. Choose another one.').waitFor();
  await page.getByRole('button', PROCESS).click();
  expect(await name.getAttribute('aria-invalid')).toBe('true');
  await name.fill('Thumb nail');
  await page.getByText('Use 1 to 32 characters of a-z, 0-9, - and _.').waitFor();
  await page.getByRole('button', PROCESS).click();
  expect(await page.evaluate('document.activeElement.id')).toBe('output-name');
  expect(posts).toEqual([]);
});

test('what the server refuses of one result is shown at its field', async () => {
  const page = await withTwo('dora', { allowedErrors: /status of 400/ });
  await page.getByLabel('Width, pixels').fill('20000');
  await another(page, 'third');
  await page.getByRole('radio', { name: 'result-1' }).check();
  await page.getByRole('button', PROCESS).click();
  await page.locator('#builder').getByText('Enter a whole number from 1 to 10,000, not 20,000.').waitFor();
  expect(await page.getByLabel('Name of the chosen result').inputValue()).toBe('thumb');
  await page.locator('#send-problem').getByText('The result “third” has a fault too').waitFor();
  await page.emulateMedia({ colorScheme: 'dark' });
  await screenshot(page, 'playground-outputs-refused-dark');
  expect(await violations(page)).toEqual([]);
});

test('one that fails says why, and leaves the others their results', async () => {
  const page = await withTwo('elsa');
  await another(page, 'tiny');
  await page.getByRole('button', { name: '+ Compress' }).click();
  await page.getByLabel('Largest file, kB').fill('1');
  for (const side of ['Width', 'Height']) await page.getByLabel(`${side}, pixels`).fill('2000');
  await page.getByLabel('Enlarge').check();
  await page.getByRole('button', PROCESS).click();
  const tiny = page.getByRole('listitem', { name: 'tiny' });
  await tiny.getByText('The file cannot be made so small').waitFor();
  await page.locator('#job').getByText('2 of 3 results').waitFor();
});

test('ten are the most, and whoever has no account reads what one gives', async () => {
  const page = await withTwo('fay');
  const add = page.getByRole('button', { name: '+ Another result' });
  for (let count = 2; count < 10; count += 1) await add.click();
  expect(await add.isDisabled()).toBe(true);
  const anonymous = await browser.open(`${service.url}/playground/`);
  await anonymous.getByText('several results of one picture').waitFor();
  expect(await anonymous.getByRole('button', { name: '+ Another result' }).isVisible()).toBe(false);
  await anonymous.locator('#account-gives').getByRole('link', { name: 'Register' }).click();
  await anonymous.waitForURL(`${service.url}/register/`);
});
