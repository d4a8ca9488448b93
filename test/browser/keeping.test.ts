import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page, Request } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { image, photograph } from '../support/pictures.ts';
import { type Service, startService } from '../support/service.ts';
import { RunningClock } from '../support/test-clock.ts';
import { upload } from '../support/upload.ts';
import { accessTokenOf, logOut, register } from './support/sign-in.ts';
import { screenshot, useBrowser } from './support/visit.ts';

/** Few limits, so that tests do not wait for each other; a window that ends while one looks on. */
const SETTINGS = {
  THROTTLE_ANONYMOUS_PER_MINUTE: '1000',
  THROTTLE_AUTHENTICATED_PER_MINUTE: '1000',
  THROTTLE_SIGN_IN_PER_MINUTE: '1000',
  ANONYMOUS_AFTER_DOWNLOAD_SECONDS: '2',
};

let service: Service;
beforeAll(async () => {
  service = await startService(SETTINGS, new RunningClock());
});
afterAll(() => service.stop());
const browser = useBrowser();

test('a result is saved from the browser, which keeps it when the server has erased it, over a reload too', async () => {
  const page = await playground();
  await page.getByRole('button', { name: 'Process the picture' }).click();
  await page.locator('#job').getByText('The server has erased the result').waitFor();
  expect(await saved(page)).toBe('photo.jpg');
  await page.reload();
  await page.locator('#job').getByText('The server has erased the result').waitFor();
  expect(await saved(page)).toBe('photo.jpg');
  expect(await page.locator('#history .small-picture img').count()).toBe(1);
  await page.getByRole('button', { name: 'Forget them' }).click();
  await page.locator('#history').getByText('None yet').waitFor();
});

test('a reload before the answer loses no job and makes no second one', async () => {
  const page = await playground();
  const sent: string[] = [];
  page.on('request', (request) => request.method() === 'POST' && sent.push(keyOf(request)));
  const reached = Promise.withResolvers<string>();
  // The server takes the first request; its answer never arrives.
  await page.route(
    '**/api/images/',
    async (route) => {
      const { id } = (await (await route.fetch()).json()) as { id: string };
      reached.resolve(id);
    },
    { times: 1 },
  );
  await page.getByRole('button', { name: 'Process the picture' }).click();
  const id = await reached.promise;
  await page.reload();
  await page.getByRole('link', { name: 'Save the result' }).waitFor();
  expect(page.url()).toContain(`#job=${id}`);
  expect(sent).toEqual([sent[0], sent[0]]);
  expect(sent[0]).toMatch(/^[0-9a-f]{32}$/);
  expect(await page.locator('#history li').count()).toBe(1);
  // The picture and the operations are still there, and a new job is another one.
  await page.getByLabel('Width, pixels').fill('50');
  await page.getByRole('button', { name: 'Process the picture' }).click();
  await page.locator('#history li').nth(1).waitFor();
  expect(sent[2]).not.toBe(sent[0]);
});

test('an upload that the network swallowed is sent again with its key', async () => {
  const page = await playground({ allowedErrors: /ERR_FAILED/ });
  const sent: string[] = [];
  page.on('request', (request) => request.method() === 'POST' && sent.push(keyOf(request)));
  await page.route('**/api/images/', (route) => route.abort(), { times: 1 });
  const send = page.getByRole('button', { name: 'Process the picture' });
  await send.click();
  await page.locator('#send-problem').getByText('The server cannot be reached').waitFor();
  await send.click();
  await page.getByRole('link', { name: 'Save the result' }).waitFor();
  expect(sent).toEqual([sent[0], sent[0]]);
});

test('a result that cannot be fetched at once is fetched later, and shown without the limits', async () => {
  const page = await playground({ allowedErrors: /ERR_FAILED|status of (429|503)/ });
  await page.route('**/download/**', (route) => route.abort(), { times: 1 });
  await page.route('**/api/limits/', (route) => route.fulfill({ status: 503 }));
  await page.clock.install();
  await page.getByRole('button', { name: 'Process the picture' }).click();
  await page.getByText('The server takes the next request in').waitFor();
  await page.clock.fastForward(6_000);
  await page.getByRole('link', { name: 'Save the result' }).waitFor();
  expect(await page.locator('#send-problem').isVisible()).toBe(false);
});

test('a result that is gone before it is fetched is not said to be refused', async () => {
  const page = await playground({ allowedErrors: /status of 410/ });
  const gone = { code: 'image_expired', status: 410, title: 'Gone', detail: 'Gone', type: 'about:blank' };
  await page.route('**/download/**', (route) => route.fulfill({ status: 410, body: JSON.stringify(gone) }));
  await page.getByRole('button', { name: 'Process the picture' }).click();
  await page
    .locator('#job')
    .getByText('The server took it, but it cannot be shown. The download window is over')
    .waitFor();
});

test('a file that has changed on disk is asked for again, and can be chosen again', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'imagepro-file-'));
  const path = join(folder, 'edited.jpg');
  const write = async (width: number) => writeFile(path, await image(photograph(width, 150)).jpeg().toBuffer());
  try {
    await write(200);
    const page = await browser.open(`${service.url}/playground/`, { allowedErrors: /ERR_/ });
    await page.getByLabel('Choose a file').setInputFiles(path);
    await page.locator('#picture-facts').getByText('200 × 150').waitFor();
    await write(300);
    await utimes(path, new Date(), new Date(Date.now() + 60_000));
    await page.getByRole('button', { name: 'Process the picture' }).click();
    await page.locator('#file-error').getByText('edited.jpg has changed since it was chosen').waitFor();
    await page.getByLabel('Choose a file').setInputFiles(path);
    await page.locator('#picture-facts').getByText('300 × 150').waitFor();
    await page.getByRole('button', { name: 'Process the picture' }).click();
    await page.getByRole('link', { name: 'Save the result' }).waitFor();
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('going to register and back keeps the picture and the operations', async () => {
  const page = await playground();
  await page.getByRole('link', { name: 'Registering lifts these.' }).click();
  await register(page, service.url, { username: 'eve', email: 'eve@example.com', password: 'a picture says more' });
  await page.getByText('photo.jpg', { exact: true }).waitFor();
  expect(await page.getByLabel('Width, pixels').inputValue()).toBe('100');
  await page.getByRole('button', { name: 'Process the picture' }).click();
  await page.getByRole('link', { name: 'Save the result' }).waitFor();
});

test("the history has the account's jobs of other programs, and is gone with the person", async () => {
  const account = { username: 'grace', email: 'grace@example.com', password: 'a picture says more' };
  const page = await browser.open(`${service.url}/register/`);
  await register(page, service.url, account);
  const headers = { Authorization: `Bearer ${await accessTokenOf(service.url, account)}` };
  await upload(service, { name: 'from a program.jpg', headers });
  await page.reload();
  await page.locator('#history').getByText('from a program.jpg').waitFor();
  await page.getByRole('button', { name: 'Show from a program.jpg' }).click();
  await page.getByRole('link', { name: 'Save the result' }).waitFor();
  await page.getByText('This browser keeps its own copy. Other devices can fetch it for another').waitFor();
  await screenshot(page, 'playground-history');

  await page.goto(`${service.url}/account/`);
  await page.getByText('from a program.jpg').waitFor();
  expect(await page.locator('#jobs .small-picture img').count()).toBe(1);
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download the result of from a program.jpg' }).click(),
  ]);
  expect(file.suggestedFilename()).toBe('from a program.jpg');
  await logOut(page, service.url);
  await page.goto(`${service.url}/playground/`);
  await page.locator('#history').getByText('None yet').waitFor();
});

test("an account's traces are gone with its person, however the name was typed", async () => {
  const account = { username: 'hopper', email: 'hopper@example.com', password: 'a picture says more' };
  const page = await browser.open(`${service.url}/register/`);
  await register(page, service.url, account);
  await choosePhoto(page);
  await page.getByRole('button', { name: 'Process the picture' }).click();
  await page.getByRole('link', { name: 'Save the result' }).waitFor();
  await page.goto(`${service.url}/login/`);
  await page.getByLabel('Username or e-mail').fill('Hopper@example.com');
  await page.getByLabel('Password').fill(account.password);
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.locator('#limits-line').getByText('hopper: files up to').waitFor();
  await page.goto(`${service.url}/account/`);
  await logOut(page, service.url);
  expect(await page.evaluate('localStorage.getItem("imagepro.jobs")')).toBe('[]');
});

/** The playground with a picture of 200 x 150 pixels that is to become 100 wide. */
async function playground(options = {}): Promise<Page> {
  const page = await browser.open(`${service.url}/playground/`, options);
  await choosePhoto(page);
  await page.getByRole('button', { name: '+ Resize' }).click();
  await page.getByLabel('Width, pixels').fill('100');
  return page;
}

async function choosePhoto(page: Page): Promise<void> {
  const buffer = await image(photograph(200, 150)).jpeg().toBuffer();
  await page.getByLabel('Choose a file').setInputFiles({ name: 'photo.jpg', mimeType: 'image/jpeg', buffer });
  await page.locator('#picture-facts').waitFor();
}

async function saved(page: Page): Promise<string> {
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Save the result' }).click(),
  ]);
  return file.suggestedFilename();
}

function keyOf(request: Request): string {
  return request.headers()['idempotency-key'] ?? 'none';
}
