import type { Page, Request } from 'playwright-core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { pauseWork, resumeWork } from '../support/paused-work.ts';
import { type Service, startService } from '../support/service.ts';
import { RunningClock } from '../support/test-clock.ts';
import { unpacked } from '../support/unpacked-zip.ts';
import { violations } from './support/axe.ts';
import { choose, headless, photo, shownField, truncated } from './support/files.ts';
import { playgroundOf, register } from './support/sign-in.ts';
import { screenshot, useBrowser } from './support/visit.ts';

let service: Service;
beforeEach(async () => {
  service = await startService({ THROTTLE_AUTHENTICATED_PER_MINUTE: '1000' }, new RunningClock());
});
afterEach(() => service.stop());
const browser = useBrowser();

const NOTES = { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('no picture') };
const DOWNLOAD = { name: 'Download all as ZIP' };

async function namesInArchive(page: Page): Promise<string[]> {
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', DOWNLOAD).click()]);
  expect(file.suggestedFilename()).toMatch(/^batch-[0-9a-f]{8}\.zip$/);
  return unpacked(await file.path()).map(({ name }) => name);
}

function rowOf(page: Page, name: string) {
  return page.locator('.batch-files li').filter({ hasText: name });
}

/** The keys of what is posted from now on. */
function postsOf(page: Page): string[] {
  const keys: string[] = [];
  const note = (request: Request) =>
    request.method() === 'POST' && keys.push(request.headers()['idempotency-key'] ?? 'none');
  page.on('request', note);
  return keys;
}

test('many files become one batch with a bar each, and come back as one ZIP', async () => {
  const page = await playgroundOf(browser, service.url, 'ada');
  await page.locator('#file-hint').getByText('up to 50 at once, 100 MiB in all').waitFor();
  await choose(page, [photo('a.jpg'), NOTES, headless('headless.jpg'), truncated('truncated.jpg'), photo('b.jpg')]);
  await page.locator('#picture').getByText('Left out: not a JPEG, PNG or WebP, by its bytes.').waitFor();
  await page.getByRole('button', { name: '+ Convert' }).click();
  await page.getByRole('radio', { name: 'webp' }).check();
  await screenshot(page, 'playground-batch-chosen');
  expect(await violations(page)).toEqual([]);
  await pauseWork(service);
  await page.getByRole('button', { name: 'Process 4 pictures' }).click();
  await rowOf(page, 'headless.jpg').getByText('refused', { exact: true }).waitFor();
  await page.getByRole('progressbar', { name: 'All pictures' }).waitFor();
  expect(await page.locator('.batch-files progress').count()).toBe(4);
  await rowOf(page, 'headless.jpg').getByText('This picture cannot be read.').waitFor();
  await rowOf(page, 'a.jpg').getByText('waiting').waitFor();
  await screenshot(page, 'playground-batch-waiting');
  expect(await violations(page)).toEqual([]);
  await resumeWork(service);
  await page.locator('#job').getByText('2 of 4 completed, 1 failed, 1 refused.').waitFor();
  await rowOf(page, 'truncated.jpg').getByText('The file ends before its last pixel.').waitFor();
  await page.getByText('The server keeps the results for 1 hour, and for 5 minutes once').waitFor();
  expect(await page.locator('#job-news').textContent()).toContain('2 of 4 completed');
  await page.locator('#history').getByText('4 pictures').waitFor();
  expect(await page.locator('#history li').count()).toBe(1);
  expect(await namesInArchive(page)).toEqual(['a.webp', 'b.webp', 'missing.txt']);
  await page.emulateMedia({ colorScheme: 'dark' });
  await screenshot(page, 'playground-batch-dark');
  await page.emulateMedia({ colorScheme: 'light' });
  await screenshot(page, 'playground-batch');
  expect(await violations(page)).toEqual([]);
  await page.setViewportSize({ width: 360, height: 740 });
  await screenshot(page, 'playground-batch-360');
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
});

test('files that are dropped together are a batch, two of one name too', async () => {
  const page = await playgroundOf(browser, service.url, 'bea');
  await page.evaluate(`(async () => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 30, height: 20 });
    const blob = await new Promise((resolve) => canvas.toBlob(resolve));
    const dataTransfer = new DataTransfer();
    for (let count = 0; count < 2; count += 1)
      dataTransfer.items.add(new File([blob], 'twice.png', { type: 'image/png' }));
    document.querySelector('#dropzone').dispatchEvent(
      new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer }));
  })()`);
  await page.getByRole('button', { name: 'Process 2 pictures' }).click();
  expect(await namesInArchive(page)).toEqual(['twice.png', 'twice (2).png']);
});

test('more files than one batch may have are said before anything is sent', async () => {
  const page = await playgroundOf(browser, service.url, 'cleo');
  const sent = postsOf(page);
  await choose(
    page,
    Array.from({ length: 51 }, (_, n) => photo(`${n}.jpg`)),
  );
  await page.locator('#file-error').getByText('These are 51 pictures, and one batch may have 50. Remove 1').waitFor();
  await page.getByRole('button', { name: 'Process 51 pictures' }).click();
  await screenshot(page, 'playground-batch-too-many');
  expect(await violations(page)).toEqual([]);
  await page.getByRole('button', { name: 'Remove 7.jpg' }).click();
  await page.getByRole('button', { name: 'Process 50 pictures' }).waitFor();
  await page.locator('#file-error').waitFor({ state: 'hidden' });
  expect(sent).toEqual([]);
});

test('more bytes than one batch may have are said, and a file that is too large alone is left out', async () => {
  const limits = { BATCH_BYTES: '5000', BATCH_FILES: '3', AUTHENTICATED_FILE_BYTES: '4000' };
  const small = await startService(limits, new RunningClock());
  try {
    const page = await playgroundOf(browser, small.url, 'cleo');
    await page.locator('#file-hint').getByText('up to 3 at once, 4.9 KiB in all').waitFor();
    const padded = (name: string, bytes: number) => ({
      ...photo(name),
      buffer: Buffer.concat([photo(name).buffer, Buffer.alloc(bytes)]),
    });
    await choose(page, [padded('a.jpg', 2000), padded('b.jpg', 2000), padded('c.jpg', 5000)]);
    await page.locator('#file-error').getByText('one batch may have 4.9 KiB').waitFor();
    await page.locator('#picture').getByText('Left out: larger than the 3.9 KiB that you may send.').waitFor();
    await page.close();
  } finally {
    await small.stop();
  }
});

test('a batch in which no file can be taken is refused with the reason of each', async () => {
  const page = await playgroundOf(browser, service.url, 'dora', { allowedErrors: /status of 400/ });
  await choose(page, [headless('one.jpg'), headless('two.jpg')]);
  await page.getByRole('button', { name: 'Process 2 pictures' }).click();
  await page.locator('#send-problem').getByText('two.jpg: ').waitFor();
  await page.locator('#job').getByText('The server did not take it').waitFor();
  await screenshot(page, 'playground-batch-refused');
});

test('whoever has no account reads what one gives, and finds the files after registering', async () => {
  const page = await browser.open(`${service.url}/playground/`);
  await choose(page, [photo('a.jpg'), photo('b.jpg')]);
  await page.locator('#file-error').getByText('Several pictures at once need an account.').waitFor();
  await page.getByRole('button', { name: 'Process 2 pictures' }).click();
  expect(await page.locator('#job').textContent()).toContain('Your result appears here');
  await page.goto(`${service.url}/register/`);
  const account = { username: 'eve', email: 'eve@example.com', password: 'a picture says more' };
  await register(page, service.url, account);
  await page.locator('#picture').getByText('b.jpg').waitFor();
  await page.getByRole('button', { name: 'Process 2 pictures' }).click();
  await page.getByRole('button', DOWNLOAD).waitFor();
});

test('a reload before the answer loses no batch and makes no second one', async () => {
  const page = await playgroundOf(browser, service.url, 'fay');
  await choose(page, [photo('a.jpg'), photo('b.jpg')]);
  const keys = postsOf(page);
  const reached = Promise.withResolvers<string>();
  // The server takes the first request; its answer never arrives.
  await page.route(
    '**/api/batches/',
    async (route) => {
      const { id } = (await (await route.fetch()).json()) as { id: string };
      reached.resolve(id);
    },
    { times: 1 },
  );
  await page.getByRole('button', { name: 'Process 2 pictures' }).click();
  const id = await reached.promise;
  await page.reload();
  await page.getByRole('button', DOWNLOAD).waitFor();
  expect(page.url()).toContain(`#batch=${id}`);
  const batchKeys = keys.filter((key) => key !== 'none');
  expect(batchKeys).toEqual([batchKeys[0], batchKeys[0]]);
  expect(batchKeys[0]).toMatch(/^[0-9a-f]{32}$/);
  // After the answer, it is the batch that is gone on with, and nothing is sent again.
  await page.reload();
  expect((await namesInArchive(page)).sort()).toEqual(['a.jpg', 'b.jpg']);
  expect(keys.filter((key) => key !== 'none')).toHaveLength(2);
});

test('a batch goes on over a reload while it is processed, and is cancelled', async () => {
  await pauseWork(service);
  const page = await playgroundOf(browser, service.url, 'gil', { allowedErrors: /status of 404/ });
  await choose(page, [photo('a.jpg'), photo('b.jpg')]);
  await page.getByRole('button', { name: 'Process 2 pictures' }).click();
  await page.waitForURL(/#batch=/);
  await page.reload();
  await rowOf(page, 'a.jpg').getByText('waiting').waitFor();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.locator('#job').getByText('Deleted: pictures and results are erased.').waitFor();
  expect(page.url()).not.toContain('#');
  await page.locator('#history').getByText('None yet').waitFor();
  await resumeWork(service);
  expect(await service.storedFiles()).toEqual([]);
});

test('an upload that is cancelled sends nothing more', async () => {
  const page = await playgroundOf(browser, service.url, 'hal', { allowedErrors: /ERR_/ });
  await choose(page, [photo('a.jpg'), photo('b.jpg')]);
  // It is on its way for as long as nobody takes it.
  await page.route('**/api/batches/', () => undefined);
  await page.getByRole('button', { name: 'Process 2 pictures' }).click();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.locator('#job').getByText('Cancelled: nothing was sent.').waitFor();
  await page.reload();
  await page.locator('#picture').getByText('a.jpg').waitFor();
  await page.locator('#history').getByText('None yet').waitFor();
  expect(await shownField(page)).toEqual({ name: 'Operations', value: [] });
});

test('one that is cancelled while its token is renewed is not sent', async () => {
  const page = await playgroundOf(browser, service.url, 'jan');
  await choose(page, [photo('a.jpg'), photo('b.jpg')]);
  const sent: string[] = [];
  page.on('request', (request) => request.method() === 'POST' && sent.push(new URL(request.url()).pathname));
  const renewing = Promise.withResolvers<() => Promise<void>>();
  await page.route('**/accounts/refresh/', (route) => renewing.resolve(() => route.continue()));
  // Later than the token lives.
  await page.evaluate('Date.now = () => performance.timeOrigin + performance.now() + 3_600_000');
  await page.getByRole('button', { name: 'Process 2 pictures' }).click();
  const renew = await renewing.promise;
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.locator('#job').getByText('Cancelled: nothing was sent.').waitFor();
  // The next one waits for the same token, and is sent after whatever waited before it.
  await page.getByRole('button', { name: 'Process 2 pictures' }).click();
  await page.getByRole('button', { name: 'Cancel' }).waitFor();
  await renew();
  await page.getByRole('button', DOWNLOAD).waitFor();
  expect(sent.filter((path) => path !== '/accounts/refresh/')).toEqual(['/api/batches/']);
});

test('one that the server has when it is cancelled is erased there', async () => {
  await pauseWork(service);
  const page = await playgroundOf(browser, service.url, 'ida', { allowedErrors: /status of 404/ });
  await choose(page, [photo('a.jpg'), photo('b.jpg')]);
  await page.getByRole('button', { name: 'Process 2 pictures' }).click();
  await page
    .getByText(/Sent; the server reads it|0 of 2 done/)
    .first()
    .waitFor();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.locator('#job').getByText('Deleted: pictures and results are erased.').waitFor();
  expect(await service.storedFiles()).toEqual([]);
});
