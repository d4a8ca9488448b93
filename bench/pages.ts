import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { violations } from '../test/browser/support/axe.ts';
import { chromiumPath } from '../test/browser/support/chromium.ts';

// Loads each page into a browser with an empty cache and prints what that costs. Fails over 150 kB, on a request to
// another host, an axe violation, or a console error.

const compiled = (name: string) => import(new URL(`../dist/${name}.js`, import.meta.url).href);
const { createHttpApplication }: typeof import('../src/http-application.ts') = await compiled('http-application');
const { loadSettings }: typeof import('../src/settings/load-settings.ts') = await compiled('settings/load-settings');

const MOST_BYTES = 150_000;
const PAGES = ['/', '/playground/', '/login/', '/register/', '/account/', '/api/documentation/', '/problems/'];

interface Visit {
  readonly page: string;
  readonly requests: number;
  /** Bytes over the wire, headers included, as compressed as they came. */
  readonly bytes: number;
  readonly foreign: number;
  readonly violations: number;
  readonly errors: number;
  /** From the navigation to the largest picture or text, in milliseconds. */
  readonly shownMs: number;
}

const dataDir = await mkdtemp(join(tmpdir(), 'imagepro-pages-'));
const app = await createHttpApplication(loadSettings({ DATA_DIR: dataDir, LOG_LEVEL: 'silent' }));
await app.listen(0, '127.0.0.1');
const address = `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`;
const browser = await chromium.launch({ executablePath: chromiumPath(), args: ['--no-sandbox'] });
try {
  const visits: Visit[] = [];
  for (const page of PAGES) visits.push(await visit(browser, page));
  for (const line of tableOf(visits)) process.stdout.write(`${line}\n`);
  const good = visits.every(
    ({ bytes, foreign, violations, errors }) => bytes <= MOST_BYTES && foreign + violations + errors === 0,
  );
  if (!good) process.exitCode = 1;
} finally {
  await browser.close();
  await app.close();
  await rm(dataDir, { recursive: true });
}

async function visit(browser: Browser, path: string): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  const network = await context.newCDPSession(page);
  await network.send('Network.enable');
  let [bytes, requests, foreign, errors] = [0, 0, 0, 0];
  network.on('Network.loadingFinished', (event) => {
    bytes += event.encodedDataLength;
  });
  page.on('request', (request) => {
    requests += 1;
    if (!/^(blob|data):/.test(request.url()) && !request.url().startsWith(address)) foreign += 1;
  });
  page.on('console', (message) => {
    if (message.type() === 'error') errors += 1;
  });
  page.on('pageerror', () => {
    errors += 1;
  });
  await page.goto(address + path, { waitUntil: 'networkidle' });
  const shownMs = await page.evaluate<number>(`new Promise((resolve) => new PerformanceObserver((list) =>
    resolve(list.getEntries().at(-1).startTime)).observe({ type: 'largest-contentful-paint', buffered: true }))`);
  const found = await violations(page);
  await context.close();
  return { page: path, requests, bytes, foreign, violations: found.length, errors, shownMs: Math.round(shownMs) };
}

function tableOf(visits: Visit[]): string[] {
  const row = (cells: (string | number)[]) =>
    cells.map((cell, at) => (at === 0 ? String(cell).padEnd(20) : String(cell).padStart(11))).join('');
  return [
    row(['page', 'requests', 'kB', 'other hosts', 'axe', 'console', 'shown ms']),
    ...visits.map((visit) =>
      row([
        visit.page,
        visit.requests,
        (visit.bytes / 1000).toFixed(1),
        visit.foreign,
        visit.violations,
        visit.errors,
        visit.shownMs,
      ]),
    ),
  ];
}
