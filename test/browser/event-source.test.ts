import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Service, startService } from '../support/service.ts';
import { upload } from '../support/upload.ts';
import { useBrowser } from './support/visit.ts';

let service: Service;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());
const browser = useBrowser();

/** Follows a job in the page, and resolves with the states seen once the browser asks no more. */
const follow = (url: string) => `new Promise((resolve) => {
  const seen = [];
  const source = new EventSource(${JSON.stringify(url)});
  source.addEventListener('image', ({ data }) => seen.push(JSON.parse(data).status));
  source.addEventListener('error', () => source.readyState === EventSource.CLOSED && resolve(seen));
})`;

test("a browser's EventSource follows a job to its end, and is then told not to ask again", async () => {
  const page = await browser.open(`${service.url}/`);
  const { detail_url } = (await (await upload(service)).json()) as { detail_url: string };
  const seen = await page.evaluate<string[]>(follow(`${detail_url}events/`));
  expect(seen.at(-1)).toBe('completed');
  expect(seen.filter((status) => status === 'completed')).toHaveLength(1);
});
