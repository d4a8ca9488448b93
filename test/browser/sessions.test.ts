import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Service, startService } from '../support/service.ts';
import { RunningClock } from '../support/test-clock.ts';
import { choose, photo } from './support/files.ts';
import { accessTokenOf, credentialsOf, playgroundOf } from './support/sign-in.ts';
import { useBrowser } from './support/visit.ts';

const MANY = { THROTTLE_ANONYMOUS_PER_MINUTE: '1000', THROTTLE_AUTHENTICATED_PER_MINUTE: '1000' };

let service: Service;
beforeAll(async () => {
  service = await startService(MANY, new RunningClock());
});
afterAll(() => service.stop());
const browser = useBrowser();

test.each(['lives', 'is over'])(
  'a session that has ended while its access token %s sends no anonymous job',
  async (token) => {
    const username = token === 'lives' ? 'ada' : 'grace';
    const page = await playgroundOf(browser, service.url, username, { allowedErrors: /status of 401/ });
    await choose(page, [photo('photo.jpg')]);
    await endSessionsOf(username);
    // Later than the token lives.
    if (token === 'is over')
      await page.evaluate('Date.now = () => performance.timeOrigin + performance.now() + 3_600_000');
    const callers: (string | undefined)[] = [];
    page.on('request', (request) => {
      if (request.method() === 'POST' && new URL(request.url()).pathname === '/api/images/')
        callers.push(request.headers().authorization);
    });
    await page.getByRole('button', { name: 'Process the picture' }).click();
    await page.locator('#send-problem').getByText('Your session has ended. Log in again.').waitFor();
    await page.getByRole('link', { name: 'Log in', exact: true }).waitFor();
    expect(callers).not.toContain(undefined);
    expect(callers.length).toBe(token === 'lives' ? 1 : 0);
    // From here on the page says so, and who goes on does it knowingly.
    await page.locator('#limits-line').getByText('Anonymous').waitFor();
    await page.getByRole('button', { name: 'Process the picture' }).click();
    await page.getByRole('link', { name: 'Save the result' }).waitFor();
  },
);

test('an ended session opens the playground as anonymous, with what the tab had', async () => {
  const page = await playgroundOf(browser, service.url, 'hal', { allowedErrors: /status of 401/ });
  await choose(page, [photo('photo.jpg')]);
  await endSessionsOf('hal');
  await page.reload();
  await page.locator('#limits-line').getByText('Anonymous').waitFor();
  await page.locator('#picture').getByText('photo.jpg').waitFor();
});

test('a log-in in one tab is kept by another, whose own session has ended', async () => {
  const page = await playgroundOf(browser, service.url, 'ida', { allowedErrors: /status of 401/ });
  await choose(page, [photo('photo.jpg')]);
  await endSessionsOf('ida');
  await logInBeside(page, 'ida');
  await page.getByRole('button', { name: 'Process the picture' }).click();
  await page.getByRole('link', { name: 'Save the result' }).waitFor();
  await page.getByRole('link', { name: 'Account (ida)' }).waitFor();
  const headers = { Authorization: `Bearer ${await accessTokenOf(service.url, credentialsOf('ida'))}` };
  const { results } = (await (await fetch(`${service.url}/api/images/`, { headers })).json()) as { results: unknown[] };
  expect(results.length).toBe(1);
});

test('a tab shows who has logged in beside it', async () => {
  const page = await playgroundOf(browser, service.url, 'jan');
  await playgroundOf(browser, service.url, 'kim');
  await logInBeside(page, 'kim');
  await page.getByRole('link', { name: 'Account (kim)' }).waitFor();
  await page.locator('#limits-line').getByText('kim: files up to').waitFor();
});

/** Ends what the account has open, as its owner does on another device. */
async function endSessionsOf(username: string): Promise<void> {
  const headers = { Authorization: `Bearer ${await accessTokenOf(service.url, credentialsOf(username))}` };
  const sessions = `${service.url}/accounts/sessions/`;
  const open = (await (await fetch(sessions, { headers })).json()) as { results: { id: string; current: boolean }[] };
  // Its own one at last.
  for (const { id } of open.results.sort((a, b) => Number(a.current) - Number(b.current)))
    expect((await fetch(`${sessions}${id}/`, { method: 'DELETE', headers })).status).toBe(204);
}

/** Logs in in another tab of the same browser. */
async function logInBeside(page: Page, username: string): Promise<void> {
  const other = await page.context().newPage();
  await other.goto(`${service.url}/login/`);
  await other.getByLabel('Username or e-mail').fill(username);
  await other.getByLabel('Password').fill(credentialsOf(username).password);
  await other.getByRole('button', { name: 'Log in' }).click();
  await other.waitForURL(`${service.url}/playground/`);
}
