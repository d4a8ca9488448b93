import type { Page } from 'playwright-core';
import { image, photograph } from '../../support/pictures.ts';

/** A file as a person would choose it. */
export interface ChosenFile {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

const jpeg = await image(photograph(120, 90)).jpeg().toBuffer();

/** A photograph of 120 × 90 pixels. */
export function photo(name: string): ChosenFile {
  return { name, mimeType: 'image/jpeg', buffer: jpeg };
}

/** A JPEG by its first bytes, whose header says nothing. */
export function headless(name: string): ChosenFile {
  return { name, mimeType: 'image/jpeg', buffer: Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3, 4]) };
}

/** A JPEG that ends in the middle of its pixels. */
export function truncated(name: string): ChosenFile {
  return { name, mimeType: 'image/jpeg', buffer: jpeg.subarray(0, Math.floor(jpeg.length * 0.6)) };
}

/** Chooses files in the playground, and waits until it shows them. */
export async function choose(page: Page, files: readonly ChosenFile[]): Promise<void> {
  await page.getByLabel('Choose a file').setInputFiles([...files]);
  const shown = page.locator('#picture').getByText(files[0]?.name ?? '', { exact: true });
  await shown.waitFor();
}

/** The request as the playground shows it. */
export async function shownField(page: Page): Promise<{ name: string; value: unknown }> {
  const name = (await page.locator('#tab-json').textContent()) ?? '';
  const text = (await page.locator('#code-json code').textContent()) ?? '';
  return { name, value: name === 'Preset' ? text : JSON.parse(text) };
}
