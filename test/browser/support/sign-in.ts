import type { Page } from 'playwright-core';
import type { VisitOptions, Visits } from './visit.ts';

/** Who signs in. */
export interface Credentials {
  readonly username: string;
  readonly email: string;
  readonly password: string;
}

/** Makes an account on the page of registration, and ends on the playground. */
export async function register(page: Page, url: string, credentials: Credentials): Promise<void> {
  await sendRegistration(page, credentials);
  await page.waitForURL(`${url}/playground/`);
  await page.locator('#limits-line').getByText(credentials.username).waitFor();
}

/** Fills in the page of registration and sends it, whatever comes of it. */
export async function sendRegistration(page: Page, { username, email, password }: Credentials): Promise<void> {
  await page.getByLabel('Username').fill(username);
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Register' }).click();
}

/** Logs out on the account's page as soon as it has all that it asks for: what it asked for later would be refused. */
export async function logOut(page: Page, url: string): Promise<void> {
  await page.waitForLoadState('networkidle');
  await page.getByRole('button', { name: 'Log out' }).click();
  await page.waitForURL(`${url}/`);
}

/** The playground of a new account. */
export async function playgroundOf(
  browser: Visits,
  url: string,
  username: string,
  options: VisitOptions = {},
): Promise<Page> {
  const page = await browser.open(`${url}/register/`, options);
  await register(page, url, credentialsOf(username));
  return page;
}

/** What `playgroundOf` registers with. */
export function credentialsOf(username: string): Credentials {
  return { username, email: `${username}@example.com`, password: 'a picture says more' };
}

/** An access token of an account, from the API. */
export async function accessTokenOf(url: string, { username, password }: Credentials): Promise<string> {
  const answer = await fetch(`${url}/accounts/login/`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ username, password }),
  });
  return ((await answer.json()) as { access: string }).access;
}
