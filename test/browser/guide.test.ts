import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { finalAt } from '../support/final.ts';
import { image, photograph } from '../support/pictures.ts';
import { type Service, startService } from '../support/service.ts';
import { processed, upload } from '../support/upload.ts';
import { useBrowser } from './support/visit.ts';

const run = promisify(execFile);

let service: Service;
let folder: string;
beforeAll(async () => {
  service = await startService();
  folder = await mkdtemp(join(tmpdir(), 'imagepro-guide-'));
  await image(photograph(1600, 1000)).jpeg().toFile(join(folder, 'photo.jpg'));
});
afterAll(async () => {
  await service.stop();
  await rm(folder, { recursive: true });
});
const browser = useBrowser();

/** The guide's examples in one language, as one program. */
async function examples(language: string): Promise<string> {
  const page = await browser.open(`${service.url}/api/documentation/`);
  await page.locator(`label:has([value=${language}])`).click();
  const shown = page.locator('.example code').filter({ visible: true });
  expect(await shown.count()).toBe(9);
  // Each language registers somebody of its own.
  return (await shown.allTextContents()).join('\n').replaceAll('ada', `ada-${language}`);
}

test('the examples for curl run from registration to download', async () => {
  const { stdout } = await run('bash', ['-e', '-c', await examples('curl')], { cwd: folder });
  expect(stdout).toMatch(/"results":\[\{"id":/);
  expect(await sharp(join(folder, 'result.webp')).metadata()).toMatchObject({ width: 1200, height: 750 });
});

test('the examples for JavaScript run from registration to download', async () => {
  await writeFile(join(folder, 'example.mjs'), await examples('javascript'));
  const { stdout } = await run(process.execPath, ['example.mjs'], { cwd: folder });
  expect(stdout).toBe('thumb 200 200\nweb 1200 900\nnightly import may see 1 image\nconvert 2\nresize 2\nscale 1\n');
  expect(await sharp(join(folder, 'result.webp')).metadata()).toMatchObject({ width: 1200, height: 750 });
});

test('code is in colours, can be copied, and cuts no line', async () => {
  const page = await browser.open(`${service.url}/api/documentation/`);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  const box = page.locator('#upload ~ .example[data-language=curl] .code-box').first();
  expect(await box.locator('.hljs-string').count()).toBeGreaterThan(0);
  await box.getByRole('button', { name: 'Copy' }).click();
  await box.getByRole('button', { name: 'Copied' }).waitFor();
  expect(await page.evaluate('navigator.clipboard.readText()')).toBe(await box.locator('code').textContent());
  await page.setViewportSize({ width: 360, height: 740 });
  const cut = `[...document.querySelectorAll('.code-box pre')].filter((box) => box.scrollWidth > box.clientWidth).length`;
  expect(await page.evaluate(cut)).toBe(0);
});

test('the answers are what the server gives, but for ids, tokens and times', async () => {
  const page = await browser.open(`${service.url}/api/documentation/`);
  const shown = await page.locator('.answer code').allTextContents();
  const [registered, loggedIn, uploaded, waited] = shown.slice(0, 4).map((text) => JSON.parse(text));
  const account = { username: 'anna', email: 'anna@example.com', password: 'a picture says more' };
  expect(shapeOf(await sent<object>('/accounts/register/', account))).toEqual(shapeOf(registered));
  const tokens = await sent<{ access: string }>('/accounts/login/', {
    username: account.username,
    password: account.password,
  });
  expect(shapeOf(tokens)).toEqual(shapeOf(loggedIn));
  const operations = uploaded.operations;
  const job = (await (await upload(service, { name: 'photo.jpg', operations })).json()) as { detail_url: string };
  expect(Object.keys(job)).toEqual(Object.keys(uploaded));
  expect(shapeOf(await finalAt(job.detail_url))).toEqual(shapeOf(waited));
  const { headers } = await fetch(`${job.detail_url}download/`);
  const told = new Map(
    [...(shown[4] ?? '').matchAll(/^([\w-]+): (.+)$/gm)].map(([, name = '', value]) => [name, value]),
  );
  expect(told.size).toBeGreaterThan(5);
  expect([...told.keys()].filter((name) => !headers.has(name))).toEqual([]);
  for (const name of ['Content-Type', 'Content-Disposition', 'Accept-Ranges']) {
    expect(headers.get(name)).toBe(told.get(name));
  }
  const signedIn = { Authorization: `Bearer ${tokens.access}` };
  await processed(service, { operations, headers: signedIn });
  const usage = await fetch(`${service.url}/api/usage/?group_by=operation`, { headers: signedIn });
  expect(shapeOf(await usage.json())).toEqual(shapeOf(JSON.parse(shown[6] ?? '')));
  const planned = JSON.parse(shown[5] ?? '');
  const plan = await fetch(`${service.url}/api/images/plan/`, {
    method: 'POST',
    headers: { ...signedIn, 'Content-Type': 'application/json' },
    body: JSON.stringify({
      source: { format: 'jpg', width: 4000, height: 3000 },
      outputs: planned.outputs.map(({ name, operations: some }: Record<string, unknown>) => ({
        name,
        operations: some,
      })),
    }),
  });
  expect({ ...((await plan.json()) as object), estimated_seconds: 1 }).toEqual(planned);
});

test('every fit is drawn, and every range is said', async () => {
  const page = await browser.open(`${service.url}/api/documentation/`);
  const fits = page.locator('section:has(#operation-resize) .meanings li');
  expect(await fits.count()).toBe(5);
  expect(await fits.locator('svg').count()).toBe(5);
  await page.getByText('1 to 10,000').first().waitFor();
  await page.getByText('40 to 80 without an account, 10 to 95 with one').waitFor();
});

async function sent<T>(path: string, body: object): Promise<T> {
  const headers = { 'Content-Type': 'application/json' };
  const answer = await fetch(service.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
  return (await answer.json()) as T;
}

/** The names in a JSON value and the types of their values. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shapeOf);
  if (typeof value !== 'object' || value === null) return typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shapeOf(inner)]));
}
