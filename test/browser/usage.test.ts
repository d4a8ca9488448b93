import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ImagesApi } from '../support/images-api.ts';
import { withinADay } from '../support/one-day.ts';
import { type Service, startService } from '../support/service.ts';
import { RunningClock } from '../support/test-clock.ts';
import { SMALL_JPEG } from '../support/upload.ts';
import { violations } from './support/axe.ts';
import { accessTokenOf, credentialsOf, register } from './support/sign-in.ts';
import { screenshot, useBrowser } from './support/visit.ts';

const BLUR = { operation_type: 'filter', parameters: { type: 'blur' } };
const WEBP = { operation_type: 'convert', parameters: { format: 'webp' } };

let service: Service;
beforeAll(async () => {
  const settings = { THROTTLE_AUTHENTICATED_PER_MINUTE: '1000', AUTHENTICATED_IMAGES_PER_MONTH: '1000' };
  service = await startService(settings, new RunningClock());
});
afterAll(() => service.stop());
const browser = useBrowser();

test('an account sees what its images came to, as a chart, as a table and as a file', () =>
  withinADay(async (begun) => {
    const ada = credentialsOf(`ada${begun}`);
    const page = await browser.open(`${service.url}/register/`);
    await register(page, service.url, ada);
    await page.goto(`${service.url}/account/`);
    await page.getByText('No images in these days.').waitFor();
    expect(await page.locator('#usage-chart').isVisible()).toBe(false);
    expect(await page.getByRole('button', { name: 'Export as CSV' }).isDisabled()).toBe(true);

    const picture = new Uint8Array(await SMALL_JPEG.arrayBuffer());
    const access = await accessTokenOf(service.url, ada);
    const images = new ImagesApi(service, { access, refresh: '', token_type: 'Bearer', expires_in: 600 });
    await images.process(picture, [BLUR, WEBP]);
    await images.process(picture, [WEBP]);
    await images.process(picture.slice(0, picture.length - 100), [WEBP]);
    const day = service.clock.now().toISOString().slice(0, 10);
    await page.reload();

    await page.getByText('3 images of', { exact: false }).waitFor();
    const chart = page.getByRole('img', { name: `3 in all, most on ${day}, 3, 1 failed` });
    expect(await chart.locator('g').count()).toBe(30);
    await page.getByText('3 of 1,000 used').waitFor();
    await screenshot(page, 'account-usage');
    expect(await violations(page)).toEqual([]);
    await page.getByText('As a table').click();
    const row = page.getByRole('row').filter({ hasText: day });
    expect(await row.getByRole('cell').allTextContents()).toEqual(expect.arrayContaining(['3', '2', '1']));

    await page.getByLabel('by', { exact: true }).selectOption('operation');
    const bars = page.locator('.row-chart li');
    await bars.first().waitFor();
    expect(await bars.allTextContents()).toEqual(['convert3, 1 failed', 'filter1']);
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await violations(page)).toEqual([]);
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export as CSV' }).click();
    const file = await download;
    expect(file.suggestedFilename()).toMatch(new RegExp(`^usage-\\d{4}-\\d\\d-\\d\\d-${day}-by-operation\\.csv$`));
    const lines = (await readFile(await file.path(), 'utf8')).split('\r\n');
    expect(lines[0]).toBe('operation,images,outputs,failed,source_bytes,result_bytes,source_pixels,processing_ms');
    expect(lines.slice(1)).toEqual([
      expect.stringMatching(new RegExp(`^convert,3,2,1,${3 * picture.length - 100},\\d+,${3 * 64 * 48},\\d+$`)),
      expect.stringMatching(new RegExp(`^filter,1,1,0,${picture.length},\\d+,${64 * 48},\\d+$`)),
      '',
    ]);
    await page.getByLabel('The last').selectOption('7 days');
    await page.getByLabel('by', { exact: true }).selectOption('API key');
    await page.locator('.row-chart').getByText('without a key').waitFor();
  }));
