import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { image, photograph, quarters } from '../support/pictures.ts';
import { type Service, startService } from '../support/service.ts';
import { violations } from './support/axe.ts';
import { screenshot, useBrowser } from './support/visit.ts';

let service: Service;
beforeAll(async () => {
  service = await startService({ THROTTLE_ANONYMOUS_PER_MINUTE: '1000', ANONYMOUS_ACTIVE_JOBS: '100' });
});
afterAll(() => service.stop());
const browser = useBrowser();

/** The playground with a picture, and whatever operations are added by their buttons. */
async function playground(
  bytes: Buffer,
  adders: string[],
  options: Parameters<typeof browser.open>[1] = {},
): Promise<Page> {
  const page = await browser.open(`${service.url}/playground/`, options);
  await page.getByLabel('Choose a file').setInputFiles({ name: 'photo.png', mimeType: 'image/png', buffer: bytes });
  await page.getByRole('img', { name: 'Preview' }).waitFor();
  for (const name of adders) await page.getByRole('button', { name: `+ ${name}` }).click();
  return page;
}

async function operationsOf(
  page: Page,
): Promise<{ operation_type: string; parameters: Record<string, number | string> }[]> {
  return JSON.parse((await page.locator('#code-json code').textContent()) ?? '');
}

/** A point of the picture that a crop is drawn on, in the page's pixels. */
async function pointOn(page: Page, across: number, down: number): Promise<{ x: number; y: number }> {
  await page.locator('.crop-frame').scrollIntoViewIfNeeded();
  const box = await page.locator('.crop-frame').boundingBox();
  if (!box) throw new Error('Expected a picture to draw on');
  return { x: box.x + box.width * across, y: box.y + box.height * down };
}

async function drawRectangle(page: Page, from: [number, number], to: [number, number]): Promise<void> {
  const [start, end] = [await pointOn(page, ...from), await pointOn(page, ...to)];
  await page.mouse.move(start.x, start.y);
  await page.mouse.down();
  await page.mouse.move((start.x + end.x) / 2, (start.y + end.y) / 2);
  await page.mouse.move(end.x, end.y);
  await page.mouse.up();
}

async function cropOf(page: Page): Promise<Record<string, number | string>> {
  return (await operationsOf(page)).find(({ operation_type }) => operation_type === 'crop')?.parameters ?? {};
}

/** Sends it, and the result's bytes. */
async function resultOf(page: Page): Promise<Buffer> {
  await page.getByRole('button', { name: 'Process the picture' }).click();
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Save the result' }).click(),
  ]);
  return readFile(await file.path());
}

const close = (value: number) => expect.toSatisfy((actual: number) => Math.abs(actual - value) <= 8);

describe('the part that a crop keeps', () => {
  test('is drawn with the mouse, moved and pulled, and comes out so', async () => {
    const page = await playground(await image(photograph(800, 600)).png().toBuffer(), ['Crop']);
    await drawRectangle(page, [0.1, 0.1], [0.6, 0.35]);
    expect(await cropOf(page)).toEqual({ x: close(80), y: close(60), width: close(400), height: close(150) });
    await drawRectangle(page, [0.3, 0.2], [0.55, 0.55]);
    expect(await cropOf(page)).toEqual({ x: close(280), y: close(270), width: close(400), height: close(150) });
    // Its lower right corner.
    await drawRectangle(page, [0.85, 0.7], [0.95, 0.9]);
    const drawn = await cropOf(page);
    expect(drawn).toEqual({ x: close(280), y: close(270), width: close(480), height: close(270) });
    expect(await page.getByLabel('Pixels to its left').inputValue()).toBe(String(drawn.x));
    await screenshot(page, 'playground-crop');
    expect(await violations(page)).toEqual([]);
    const { width, height } = await sharp(await resultOf(page)).metadata();
    expect({ width, height }).toEqual({ width: drawn.width, height: drawn.height });
  });

  test('goes with the keyboard', async () => {
    const page = await playground(await image(photograph(800, 600)).png().toBuffer(), ['Crop']);
    await page.locator('.crop-box').focus();
    for (const key of ['ArrowRight', 'ArrowRight', 'ArrowDown', 'Shift+ArrowLeft', 'Shift+ArrowDown']) {
      await page.keyboard.press(key);
    }
    expect(await cropOf(page)).toEqual({ x: 216, y: 156, width: 392, height: 306 });
    await page.getByRole('radio', { name: 'north', exact: true }).check();
    expect(await cropOf(page)).toEqual({ width: 392, height: 306, gravity: 'north' });
    await page.getByLabel('Pixels to its left').fill('3');
    expect(await cropOf(page)).toEqual({ width: 392, height: 306, x: 3 });
  });

  test('is drawn with a finger', async () => {
    const page = await playground(await image(photograph(800, 600)).png().toBuffer(), ['Crop'], {
      hasTouch: true,
      viewport: { width: 400, height: 800 },
    });
    const [start, end] = [await pointOn(page, 0.1, 0.1), await pointOn(page, 0.2, 0.9)];
    const touch = await page.context().newCDPSession(page);
    const at = ({ x, y }: { x: number; y: number }) => ({ touchPoints: [{ x, y }] });
    await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', ...at(start) });
    await touch.send('Input.dispatchTouchEvent', { type: 'touchMove', ...at({ x: end.x, y: start.y + 40 }) });
    await touch.send('Input.dispatchTouchEvent', { type: 'touchMove', ...at(end) });
    await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
    expect(await cropOf(page)).toEqual({ x: close(80), y: close(60), width: close(80), height: close(480) });
    await screenshot(page, 'playground-crop-touch');
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(400);
  });

  test('lies on the picture as it is by then', async () => {
    const page = await playground(await image(quarters(800, 400)).png().toBuffer(), []);
    await page.getByRole('button', { name: 'Rotate right' }).click();
    await page.getByRole('button', { name: '+ Crop' }).click();
    await drawRectangle(page, [0.01, 0.01], [0.5, 0.5]);
    expect(await cropOf(page)).toEqual({ x: close(4), y: close(8), width: close(196), height: close(392) });
    const { dominant } = await sharp(await resultOf(page)).stats();
    expect(dominant.b).toBeGreaterThan(200);
    expect(dominant.r).toBeLessThan(40);
  });
});

test('buttons turn and mirror the picture, and the same one again goes on', async () => {
  const page = await playground(await image(quarters(300, 200)).png().toBuffer(), []);
  const press = (name: string) => page.getByRole('button', { name }).click();
  await press('Rotate right');
  await page.getByText('About what comes out: 200 × 300 pixels').waitFor();
  await press('Rotate right');
  await press('Flip across');
  expect(await operationsOf(page)).toEqual([
    { operation_type: 'rotate', parameters: { angle: 180 } },
    { operation_type: 'flip', parameters: { axis: 'horizontal' } },
  ]);
  expect(await page.getByRole('button', { name: 'Rotate left' }).isDisabled()).toBe(true);
  await press('Flip across');
  await press('Rotate left');
  expect(await operationsOf(page)).toEqual([{ operation_type: 'rotate', parameters: { angle: 90 } }]);
  await press('Rotate left');
  expect(await operationsOf(page)).toEqual([]);
});

test('the preview follows the sliders, and shows what the server makes', async () => {
  const page = await playground(await image(photograph(240, 180)).png().toBuffer(), ['Adjust', 'Pad']);
  for (const [name, value] of [
    ['Brightness', '130'],
    ['Contrast', '80'],
    ['Saturation', '180'],
    ['Hue', '70'],
  ] as const)
    await page.getByRole('slider', { name }).fill(value);
  await page.getByLabel('Transparent').uncheck();
  await page.getByLabel('Colour').fill('#20a0e0');
  expect(await operationsOf(page)).toEqual([
    { operation_type: 'adjust', parameters: { brightness: 130, contrast: 80, saturation: 180, hue: 70 } },
    { operation_type: 'pad', parameters: { top: 40, right: 40, bottom: 40, left: 40, color: '#20a0e0' } },
  ]);
  await screenshot(page, 'playground-adjust');
  expect(await violations(page)).toEqual([]);
  const shown = (await page.evaluate(`(() => {
    const canvas = document.querySelector('#preview canvas');
    return [...canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data];
  })()`)) as number[];
  const made = await sharp(await resultOf(page))
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  expect(made.info).toMatchObject({ width: 320, height: 260 });
  expect(shown).toHaveLength(made.data.length);
  const difference =
    shown.reduce((sum, value, i) => sum + Math.abs(value - (made.data[i] as number)), 0) / shown.length;
  expect(difference).toBeLessThan(2);
});
