import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { jpegSizeOffset } from '../support/file-parts.ts';
import { image, photograph } from '../support/pictures.ts';
import { type Service, startService } from '../support/service.ts';
import { RunningClock } from '../support/test-clock.ts';
import { upload } from '../support/upload.ts';
import { violations } from './support/axe.ts';
import { choose, photo, shownField } from './support/files.ts';
import { screenshot, useBrowser } from './support/visit.ts';

/** Few limits, so that tests do not wait for each other; and a window that a test sees the end of by moving its clocks. */
const SETTINGS = {
  THROTTLE_ANONYMOUS_PER_MINUTE: '1000',
  THROTTLE_AUTHENTICATED_PER_MINUTE: '1000',
  ANONYMOUS_AFTER_DOWNLOAD_SECONDS: '60',
};

let service: Service;
beforeAll(async () => {
  service = await startService(SETTINGS, new RunningClock());
});
afterAll(() => service.stop());
const browser = useBrowser();

test('home shows a processed picture after one click', async () => {
  const page = await browser.open(service.url);
  await page.getByRole('button', { name: 'Process it' }).click();
  await page.getByRole('slider', { name: 'Divider' }).waitFor();
  await page.getByText('of JPEG became').waitFor();
  expect(await naturalWidth(page, 'Result')).toBe(1200);
  await screenshot(page, 'home-processed');
  expect(await violations(page)).toEqual([]);
});

test('a photograph goes through the playground, from the file to the end of its window', async () => {
  const page = await browser.open(`${service.url}/playground/`);
  const buffer = await image(photograph(1200, 900)).jpeg({ quality: 90 }).toBuffer();
  await page.getByLabel('Choose a file').setInputFiles({ name: "Ada's photo.jpg", mimeType: 'image/jpeg', buffer });
  await page.locator('#picture-facts').getByText('1200 × 900 pixels').waitFor();
  await page.getByRole('button', { name: '+ Resize' }).click();
  await page.getByLabel('Width, pixels').fill('480');
  await page.getByRole('button', { name: '+ Compress' }).click();
  await page.getByRole('slider', { name: 'Quality' }).fill('60');
  expect(await page.getByRole('button', { name: '+ Filter' }).isDisabled()).toBe(true);
  expect(JSON.parse((await page.locator('#code-json code').textContent()) ?? '')).toEqual([
    { operation_type: 'resize', parameters: { width: 480, height: 450, fit: 'inside' } },
    { operation_type: 'compress', parameters: { quality: 60, effort: 'balanced' } },
  ]);
  await page.getByRole('tab', { name: 'curl' }).click();
  await screenshot(page, 'playground-built');
  await page.clock.install();
  await page.getByRole('button', { name: 'Process the picture' }).click();
  await page.getByRole('slider', { name: 'Divider' }).waitFor();
  expect(await naturalWidth(page, 'Result')).toBe(480);
  await page.getByText('JPG, 480 × 360, quality 60').waitFor();
  expect(await page.locator('#saving').textContent()).toMatch(/^−\d+ %/);
  expect(await page.locator('#countdown').textContent()).toMatch(/^(1:00|0:[0-5]\d)$/);
  await page.getByText('The raw request and response').click();
  expect(await page.locator('#exchange-text').textContent()).toContain('HTTP/1.1 201');
  await page.emulateMedia({ colorScheme: 'dark' });
  await screenshot(page, 'playground-result-dark');
  await page.emulateMedia({ colorScheme: 'light' });
  await screenshot(page, 'playground-result');
  expect(await violations(page)).toEqual([]);
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Save the result' }).click(),
  ]);
  expect(file.suggestedFilename()).toBe("Ada's photo.jpg");
  service.clock.advance(61);
  await page.clock.fastForward(61_000);
  await page.locator('#job').getByText('The server has erased the result').waitFor();
  await page.locator('#history .badge.expired').waitFor();
  await page.setViewportSize({ width: 360, height: 740 });
  await screenshot(page, 'playground-result-360');
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
});

test('the result of a file that is named after its type alone has a name all the same', async () => {
  const page = await browser.open(`${service.url}/playground/`);
  const buffer = await image(photograph(120, 90)).jpeg().toBuffer();
  await page.getByLabel('Choose a file').setInputFiles({ name: '.jpg', mimeType: 'image/jpeg', buffer });
  await page.getByRole('button', { name: 'Process the picture' }).click();
  expect(await page.getByRole('link', { name: 'Save the result' }).getAttribute('download')).toBe('image.jpg');
});

test('a file no larger than so many kB is asked for in kB, and sent in bytes', async () => {
  const page = await browser.open(`${service.url}/playground/`, { allowedErrors: /status of 400/ });
  const buffer = await image(photograph(1200, 900)).jpeg({ quality: 90 }).toBuffer();
  await page.getByLabel('Choose a file').setInputFiles({ name: 'photo.jpg', mimeType: 'image/jpeg', buffer });
  await page.getByRole('button', { name: '+ Compress' }).click();
  await page.getByLabel('Largest file, kB').fill('40.5');
  const json = page.locator('#code-json code');
  expect(JSON.parse((await json.textContent()) ?? '')).toEqual([
    { operation_type: 'compress', parameters: { quality: 80, effort: 'balanced', max_bytes: 40_500 } },
  ]);
  await page.getByRole('button', { name: 'Process the picture' }).click();
  await page.getByText(/^JPG, 1200 × 900, quality \d+$/).waitFor();
  await page.getByLabel('Largest file, kB').fill('0.5');
  await page.getByRole('button', { name: 'Process the picture' }).click();
  await page.getByText('Enter a number of at least 1, not 0.5.', { exact: true }).waitFor();
  await page.getByLabel('Largest file, kB').fill('40');
  await page.getByRole('button', { name: '+ Convert' }).click();
  await page.getByRole('radio', { name: 'png' }).check();
  await page.getByRole('button', { name: 'Process the picture' }).click();
  await page.getByText('The format of the result cannot do this. Choose another one.', { exact: true }).waitFor();
  await page.getByRole('radio', { name: 'avif' }).check();
  await page.getByRole('button', { name: 'Process the picture' }).click();
  await page.getByText(/^AVIF, 1200 × 900, quality \d+$/).waitFor();
  expect(await naturalWidth(page, 'Result')).toBe(1200);
  await page.getByLabel('Largest file, kB').fill('');
  expect(await json.textContent()).not.toContain('max_bytes');
});

test('what the server refuses stands at its field', async () => {
  const page = await browser.open(`${service.url}/playground/`, { allowedErrors: /status of 400/ });
  await page.getByRole('button', { name: 'Use the built-in picture' }).click();
  await page.getByRole('button', { name: '+ Convert' }).click();
  await page.getByRole('button', { name: '+ Resize' }).click();
  const width = page.getByLabel('Width, pixels');
  await width.fill('20000');
  await page.getByLabel('Height, pixels').fill('');
  await page.getByRole('button', { name: 'Process the picture' }).click();
  await page.locator('#builder').getByText('Enter a whole number from 1 to 10,000, not 20,000.').waitFor();
  expect(await width.getAttribute('aria-invalid')).toBe('true');
  expect(await page.locator('#operation-1-height-error').textContent()).toBe('Enter a whole number from 1 to 10,000.');
  expect(await width.evaluate('document.activeElement.id')).toBe('operation-1-width');
  await page.locator('#job').getByText('did not take it. Enter a whole number from 1 to 10,000, not 20,000.').waitFor();
  await page.getByRole('button', { name: 'Process the picture' }).focus();
  await page.getByRole('button', { name: 'Show where' }).click();
  expect(await width.evaluate('document.activeElement.id')).toBe('operation-1-width');
  await screenshot(page, 'playground-errors');
  expect(await violations(page)).toEqual([]);
});

test('a JPEG that decoders leave out is refused at its file, in words that help', async () => {
  const page = await browser.open(`${service.url}/playground/`, { allowedErrors: /status of 422/ });
  const buffer = await image(photograph(120, 90)).jpeg().toBuffer();
  // Bits a channel.
  buffer[jpegSizeOffset(buffer) - 1] = 12;
  await page.getByLabel('Choose a file').setInputFiles({ name: 'deep.jpg', mimeType: 'image/jpeg', buffer });
  await page.getByRole('button', { name: 'Process the picture' }).click();
  await page.locator('#file-error').getByText('This is a JPEG of a rare kind.').waitFor();
});

test('every operation is added so that the server takes it untouched', async () => {
  const page = await browser.open(`${service.url}/playground/`);
  await choose(page, [photo('photo.jpg')]);
  for (const add of await page.locator('[data-add]').all()) {
    await add.click();
    const { value } = await shownField(page);
    const answer = await upload(service, {
      file: new Blob([photo('photo.jpg').buffer]),
      operations: value as object[],
    });
    expect([value, answer.status]).toEqual([value, 201]);
    await page.getByRole('button', { name: /^Remove/ }).click();
  }
});

test('a file beyond the limits is refused before it is sent', async () => {
  const page = await browser.open(`${service.url}/playground/`);
  const sent: string[] = [];
  page.on('request', (request) => sent.push(request.method()));
  const picture = await image(photograph(300, 200)).png().toBuffer();
  const buffer = Buffer.concat([picture, Buffer.alloc(3 * 1024 * 1024)]);
  await page.getByLabel('Choose a file').setInputFiles({ name: 'large.png', mimeType: 'image/png', buffer });
  await page.getByText('more than the 2 MiB that you may send').waitFor();
  await page.getByRole('button', { name: 'Process the picture' }).click();
  const text = { name: 'notes.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('no picture') };
  await page.getByLabel('Choose a file').setInputFiles(text);
  await page.getByText('not a JPEG, PNG or WebP').waitFor();
  await screenshot(page, 'playground-refused-file', false);
  expect(sent).not.toContain('POST');
});

test('a picture can be dropped and pasted', async () => {
  const page = await browser.open(`${service.url}/playground/`);
  const hand = (name: string, event: string) => `(async () => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 30, height: 20 });
    canvas.getContext('2d').fillRect(5, 5, 9, 9);
    const blob = await new Promise((resolve) => canvas.toBlob(resolve));
    const data = new DataTransfer();
    data.items.add(new File([blob], '${name}', { type: 'image/png' }));
    const init = { bubbles: true, cancelable: true, dataTransfer: data, clipboardData: data };
    document.querySelector('#dropzone').dispatchEvent(${event});
  })()`;
  await page.evaluate(hand('dropped.png', "new DragEvent('drop', init)"));
  await page.getByText('dropped.png', { exact: true }).waitFor();
  await page.evaluate(hand('pasted.png', "new ClipboardEvent('paste', init)"));
  await page.getByText('pasted.png', { exact: true }).waitFor();
  expect(await page.locator('#picture-facts').textContent()).toContain('PNG');
});

test('a file that is dropped beside the zone does not take the place of the page', async () => {
  const page = await browser.open(`${service.url}/playground/`);
  const isPrevented = await page.evaluate(`(() => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File(['x'], 'photo.jpg', { type: 'image/jpeg' }));
    const event = () => new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true });
    let type;
    return ['dragover', 'drop'].map((name) => {
      type = name;
      return !document.querySelector('h1').dispatchEvent(event());
    });
  })()`);
  expect(isPrevented).toEqual([true, true]);
});

test('the keyboard is enough', async () => {
  const page = await browser.open(`${service.url}/playground/`);
  await page.locator('#limits-line').getByText('Anonymous').waitFor();
  const focused = () =>
    page.evaluate<string>('document.activeElement.getAttribute("aria-label") ?? document.activeElement.textContent');
  const tabTo = async (name: string) => {
    for (let step = 0; step < 60; step += 1) {
      await page.keyboard.press('Tab');
      if ((await focused()).includes(name)) return;
    }
    throw new Error(`Tab never reached ${name}`);
  };
  await page.keyboard.press('Tab');
  expect(await focused()).toBe('Skip to the content');
  await page.keyboard.press('Enter');
  await tabTo('Use the built-in picture');
  await page.keyboard.press('Enter');
  await page.locator('#picture-facts').waitFor();
  await tabTo('+ Filter');
  await page.keyboard.press('Enter');
  await page.keyboard.press('ArrowRight');
  await tabTo('+ Resize');
  await page.keyboard.press('Enter');
  await tabTo('Move Resize, operation 2 up');
  await page.keyboard.press('Enter');
  expect(JSON.parse((await page.locator('#code-json code').textContent()) ?? '')).toMatchObject([
    { operation_type: 'resize', parameters: { width: 600, height: 400 } },
    { operation_type: 'filter', parameters: { type: 'blur' } },
  ]);
  await tabTo('Process the picture');
  await page.keyboard.press('Enter');
  const divider = page.getByRole('slider', { name: 'Divider' });
  await divider.waitFor();
  await divider.focus();
  await page.keyboard.press('Home');
  expect(await divider.getAttribute('aria-valuetext')).toBe('0 % original, 100 % result');
  await screenshot(page, 'playground-keyboard', false);
});

test('pictures of different proportions stand beside each other, each in its own', async () => {
  const page = await browser.open(`${service.url}/playground/`);
  await page.getByRole('button', { name: 'Use the built-in picture' }).click();
  await page.locator('#picture-facts').waitFor();
  await page.getByRole('button', { name: '+ Resize' }).click();
  await page.getByLabel('Width, pixels').fill('300');
  await page.getByLabel('Height, pixels').fill('600');
  await page.locator('.fits label').getByText('cover', { exact: true }).click();
  await page.getByRole('button', { name: 'Process the picture' }).click();
  expect(await naturalWidth(page, 'Result')).toBe(300);
  await screenshot(page, 'playground-beside');
  expect(await page.getByRole('slider', { name: 'Divider' }).count()).toBe(0);
  const boxOf = async (name: string) => {
    const {
      x = 0,
      y = 0,
      width = 0,
      height = 0,
    } = (await page.getByRole('img', { name, exact: true }).boundingBox()) ?? {};
    return { left: Math.round(x), right: Math.round(x + width), top: Math.round(y), height: Math.round(height) };
  };
  const [original, result] = [await boxOf('Original'), await boxOf('Result')];
  expect(original.height).toBeGreaterThan(100);
  expect([original.top, original.height]).toEqual([result.top, result.height]);
  expect(original.right).toBeLessThan(result.left);
  const fits = await page.evaluate<string[]>(
    "[...document.querySelectorAll('.compare-side img')].map((side) => getComputedStyle(side).objectFit)",
  );
  expect(fits).toEqual(['contain', 'contain']);
  expect(await violations(page)).toEqual([]);
});

test('a deleted job is gone', async () => {
  const page = await browser.open(`${service.url}/playground/`);
  await page.getByRole('button', { name: 'Use the built-in picture' }).click();
  await page.locator('#picture-facts').waitFor();
  await page.getByRole('button', { name: 'Process the picture' }).click();
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.locator('#job').getByText('Deleted: original and result are erased').waitFor();
  await page.locator('#history').getByText('None yet').waitFor();
});

async function naturalWidth(page: Page, name: string): Promise<number> {
  const picture = page.getByRole('img', { name, exact: true });
  await picture.waitFor();
  return picture.evaluate((element: { naturalWidth: number }) => element.naturalWidth);
}
