import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Service, startService } from '../support/service.ts';
import { RunningClock } from '../support/test-clock.ts';
import { violations } from './support/axe.ts';
import { credentialsOf, logOut, playgroundOf, register, sendRegistration } from './support/sign-in.ts';
import { screenshot, useBrowser } from './support/visit.ts';

const PASSWORD = 'a picture says more';

let service: Service;
beforeAll(async () => {
  const many = { THROTTLE_ANONYMOUS_PER_MINUTE: '1000', THROTTLE_AUTHENTICATED_PER_MINUTE: '1000' };
  service = await startService(many, new RunningClock());
});
afterAll(() => service.stop());
const browser = useBrowser();

test('faults of a registration stand at their fields', async () => {
  const page = await browser.open(`${service.url}/register/`, { allowedErrors: /status of 400/ });
  await sendRegistration(page, { username: 'ada lovelace', email: 'nowhere', password: '12345678' });
  await page.locator('#email-error').getByText('Enter an e-mail address, such as ada@example.com.').waitFor();
  expect(await page.locator('#username-error').textContent()).toBe(
    'Use 1 to 150 letters, digits and @ . + - _, without spaces.',
  );
  expect(await page.locator('#password-error').textContent()).toBe(
    'Add something that is not a digit. Many people use this password. Choose one that is yours alone.',
  );
  expect(await page.evaluate('document.activeElement.id')).toBe('username');
  await screenshot(page, 'register-errors');
  expect(await violations(page)).toEqual([]);
});

test('a wrong password is refused on top of the form', async () => {
  const page = await browser.open(`${service.url}/login/`, { allowedErrors: /status of 401/ });
  await page.getByLabel('Username or e-mail').fill('nobody');
  await page.getByLabel('Password').fill('something else');
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByRole('alert').getByText('The name or the password is wrong.').waitFor();
  await screenshot(page, 'login-refused');
});

test('a log-in leads to no other host, whatever its address says', async () => {
  const page = await browser.open(`${service.url}/register/`, { allowedErrors: /status of 404/ });
  await register(page, service.url, { username: 'led', email: 'led@example.com', password: PASSWORD });
  for (const [next, path] of [
    ['https://elsewhere.invalid/account/', '/playground/'],
    ['/.//elsewhere.invalid/account/', '//elsewhere.invalid/account/'],
  ] as const) {
    await page.goto(`${service.url}/login/?next=${encodeURIComponent(next)}`);
    await page.getByLabel('Username or e-mail').fill('led');
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.waitForURL(`${service.url}${path}`);
  }
});

test('an account works from registration over reloads to its deletion', async () => {
  const page = await browser.open(`${service.url}/register/`);
  await register(page, service.url, { username: 'ada', email: 'ada@example.com', password: PASSWORD });
  await page.getByText('ada: files up to 10 MiB').waitFor();

  await page.reload();
  await page.getByText('ada: files up to 10 MiB').waitFor();
  expect(await page.evaluate('document.cookie')).toBe('');
  await page.getByRole('button', { name: 'Use the built-in picture' }).click();
  for (const type of ['Resize', 'Filter', 'Compress']) await page.getByRole('button', { name: `+ ${type}` }).click();
  await page.locator('#picture-facts').waitFor();
  await page.getByRole('button', { name: 'Process the picture' }).click();
  await page.getByRole('slider', { name: 'Divider' }).waitFor();
  expect(await page.locator('#code-curl code').textContent()).toContain('Authorization: Bearer ${ACCESS');
  await screenshot(page, 'playground-signed-in');

  await page.getByRole('link', { name: 'Account (ada)' }).click();
  await page.locator('#jobs').getByText('sunset.jpg').waitFor();
  await page.locator('#jobs .small-picture img').waitFor();
  await page.getByText('this one', { exact: true }).waitFor();
  await screenshot(page, 'account-signed-in');
  await page.emulateMedia({ colorScheme: 'dark' });
  expect(await violations(page)).toEqual([]);
  await page.getByRole('button', { name: 'Delete the job' }).click();
  await page.getByText('No jobs yet').waitFor();

  await page.getByLabel('Current password').fill(PASSWORD);
  await page.getByLabel('New password').fill(`${PASSWORD} than words`);
  await page.getByRole('button', { name: 'Change it' }).click();
  await page.waitForURL(`${service.url}/login/?next=/account/`);
  await page.getByLabel('Username or e-mail').fill('ada@example.com');
  await page.getByLabel('Password').fill(`${PASSWORD} than words`);
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.waitForURL(`${service.url}/account/`);

  await page.locator('#delete-password').fill(`${PASSWORD} than words`);
  await page.getByRole('button', { name: 'Delete my account' }).click();
  await page.waitForURL(`${service.url}/`);
  await page.getByRole('link', { name: 'Log in' }).waitFor();
});

test('a key is made, shown once, and revoked', async () => {
  const page = await browser.open(`${service.url}/register/`, { allowedErrors: /status of 400/ });
  await register(page, service.url, { username: 'maker', email: 'maker@example.com', password: PASSWORD });
  await page.goto(`${service.url}/account/`);
  await page.getByText('No keys yet').waitFor();
  for (const scope of ['images:read', 'images:write']) await page.getByLabel(scope).uncheck();
  await page.getByRole('button', { name: 'Make a key' }).click();
  await page.locator('#key-name-error').getByText('Fill this in.').waitFor();
  await page.locator('#key-scopes-error').getByText('Choose one at least.').waitFor();

  await page.getByLabel('Name', { exact: true }).fill('nightly import');
  await page.getByLabel('images:read').check();
  await page.getByRole('button', { name: 'Make a key' }).click();
  const key = await page.locator('#made-key-text').filter({ hasText: 'ipk_' }).textContent();
  const headers = { Authorization: `Bearer ${key}` };
  const ask = async () => (await fetch(`${service.url}/api/images/`, { headers })).status;
  expect(await ask()).toBe(200);
  await page.locator('#keys').getByText('nightly import').waitFor();
  await screenshot(page, 'account-keys');
  expect(await violations(page)).toEqual([]);

  await page.reload();
  await page.locator('#keys').getByText('nightly import').waitFor();
  expect(await page.content()).not.toContain(key?.slice(13));
  await page.getByRole('button', { name: 'Revoke the key nightly import' }).click();
  await page.getByText('No keys yet').waitFor();
  expect(await ask()).toBe(401);
});

test('logging out ends the session of every tab', async () => {
  const page = await browser.open(`${service.url}/register/`, { allowedErrors: /status of 401/ });
  await register(page, service.url, { username: 'grace', email: 'grace@example.com', password: PASSWORD });
  const other = await page.context().newPage();
  await other.goto(`${service.url}/account/`);
  await logOut(other, service.url);
  await page.getByRole('link', { name: 'Log in' }).waitFor();
  await page.goto(`${service.url}/account/`);
  await page.getByText('You are not signed in').waitFor();
});

test.each([429, 503])('a log-out that is answered with %i is not shown as done', async (status) => {
  const page = await browser.open(`${service.url}/register/`, { allowedErrors: new RegExp(`status of ${status}`) });
  const username = `stays${status}`;
  await register(page, service.url, credentialsOf(username));
  await page.goto(`${service.url}/account/`);
  await page.route('**/accounts/logout/', (route) => route.fulfill({ status }), { times: 1 });
  await page.waitForLoadState('networkidle');
  await page.getByRole('button', { name: 'Log out' }).click();
  await page.getByText(`The server answered with status ${status}`).waitFor();
  expect(page.url()).toBe(`${service.url}/account/`);
  await page.getByRole('link', { name: `Account (${username})` }).waitFor();
  await logOut(page, service.url);
});

test('what fails of the account is said in its section, and leaves the others', async () => {
  const allowedErrors = /ERR_FAILED|status of 429/;
  const page = await playgroundOf(browser, service.url, 'patient', { allowedErrors });
  await page.route('**/api/usage/?*', (route) => route.abort());
  await page.route('**/accounts/me/', (route) => route.fulfill({ status: 429 }));
  await page.goto(`${service.url}/account/`);
  await page.getByRole('region', { name: 'Usage' }).getByText('The server cannot be reached').waitFor();
  await page.getByRole('region', { name: 'You' }).getByText('The server answered with status 429').waitFor();
  await page.getByText('No keys yet').waitFor();
  await page.getByText('this one', { exact: true }).waitFor();
  await logOut(page, service.url);
});

test('a service without webhooks shows an account without them', async () => {
  const quiet = await startService({ WEBHOOKS: 'off' });
  try {
    const page = await playgroundOf(browser, quiet.url, 'ada');
    await page.goto(`${quiet.url}/account/`);
    await page.getByText('No keys yet').waitFor();
    expect(await page.getByRole('heading', { name: 'Webhooks' }).count()).toBe(0);
    await logOut(page, quiet.url);
  } finally {
    await quiet.stop();
  }
});
