import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Service, startService } from '../support/service.ts';
import { violations } from './support/axe.ts';
import { screenshot, useBrowser } from './support/visit.ts';

const PAGES = {
  home: '/',
  playground: '/playground/',
  login: '/login/',
  register: '/register/',
  account: '/account/',
  guide: '/api/documentation/',
  problems: '/problems/',
  problem: '/problems/file_too_large/',
  missing: '/nothing/here/',
};

let service: Service;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());
const browser = useBrowser();

test.each(Object.entries(PAGES))('%s is accessible in both schemes and fits 360 pixels', async (name, path) => {
  // The browser writes an answer of 404 to its console by itself.
  const options = name === 'missing' ? { allowedErrors: /status of 404/ } : {};
  const page = await browser.open(service.url + path, options);
  await page.waitForLoadState('networkidle');
  expect(await shiftOf(page)).toBeLessThan(0.02);
  await screenshot(page, `${name}-light`);
  expect(await violations(page)).toEqual([]);
  // Colours are all that changes with the scheme, sizes and places with the width.
  await page.emulateMedia({ colorScheme: 'dark' });
  await screenshot(page, `${name}-dark`);
  expect(await violations(page, ['color-contrast', 'link-in-text-block'])).toEqual([]);
  await page.setViewportSize({ width: 360, height: 740 });
  await page.reload({ waitUntil: 'networkidle' });
  expect(await shiftOf(page)).toBeLessThan(0.02);
  await screenshot(page, `${name}-360`);
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
  expect(await violations(page, ['target-size', 'scrollable-region-focusable'])).toEqual([]);
});

test('home fills 4K', async () => {
  const page = await browser.open(service.url, { viewport: { width: 3840, height: 2160 } });
  await screenshot(page, 'home-4k', false);
  const box = await page.locator('.hero').boundingBox();
  expect(box?.width).toBeGreaterThan(1600);
});

test.each(Object.values(PAGES))('%s allows no inline script or style', async (path) => {
  const answer = await fetch(service.url + path, { headers: { Accept: 'text/html' } });
  const policy = answer.headers.get('Content-Security-Policy');
  expect(policy).toContain("default-src 'none'; style-src 'self'; script-src 'self'");
  expect(policy).not.toContain('unsafe');
});

test('a program that misses a page gets a problem document', async () => {
  const answer = await fetch(`${service.url}/nothing/here/`);
  expect(answer.status).toBe(404);
  expect(answer.headers.get('Content-Type')).toMatch('application/problem+json');
});

/** How far things have moved since the page was opened, as browsers measure it: from 0, which is best, to 1 and beyond. */
function shiftOf(page: Page): Promise<number> {
  return page.evaluate(`new Promise((resolve) => {
    const all = new PerformanceObserver((list) => {
      resolve(list.getEntries().reduce((sum, { value, entryType }) => sum + (entryType === 'layout-shift' ? value : 0), 0));
    });
    all.observe({ type: 'layout-shift', buffered: true });
    // A paint is always there, so that the observer is always called.
    all.observe({ type: 'paint', buffered: true });
  })`);
}
