import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { chromiumPath } from './chromium.ts';

const OUTPUT = join(import.meta.dirname, '../../output');

/** A browser that stands from before the first test of the file until after the last; each visit is a fresh profile. */
export interface Visits {
  /** Opens a page whose console errors and requests to other hosts fail the test at its end. */
  open(url: string, options?: VisitOptions): Promise<Page>;
}

/** How to look at the page. */
export interface VisitOptions extends BrowserContextOptions {
  /** Console errors that are meant to be, e.g. those that the browser writes for an answer of 404. */
  readonly allowedErrors?: RegExp;
}

interface Visit {
  readonly context: BrowserContext;
  readonly complaints: string[];
}

export function useBrowser(): Visits {
  let browser: Browser;
  let visits: Visit[] = [];
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: chromiumPath(), args: ['--no-sandbox'] });
  });
  afterAll(() => browser.close());
  afterEach(async () => {
    const complaints = visits.flatMap((visit) => visit.complaints);
    await Promise.all(visits.map(({ context }) => context.close()));
    visits = [];
    expect(complaints).toEqual([]);
  });
  return {
    async open(url, { allowedErrors, ...options } = {}) {
      const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
      context.setDefaultTimeout(90_000);
      const page = await context.newPage();
      const complaints = listen(page, new URL(url).host, allowedErrors);
      visits.push({ context, complaints });
      await page.goto(url);
      return page;
    },
  };
}

/** Writes what the page looks like to test/output/. */
export async function screenshot(page: Page, name: string, fullPage = true): Promise<void> {
  mkdirSync(OUTPUT, { recursive: true });
  if (fullPage) await page.evaluate('scrollTo({ top: 0, behavior: "instant" })');
  await page.screenshot({ animations: 'disabled', path: join(OUTPUT, `${name}.png`), fullPage });
}

function listen(page: Page, host: string, allowedErrors: RegExp | undefined): string[] {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' && !allowedErrors?.test(message.text()))
      complaints.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(`uncaught: ${error.message}`));
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (/^https?:$/.test(url.protocol) && url.host !== host) complaints.push(`foreign request: ${request.url()}`);
  });
  return complaints;
}
