import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Service, startService } from '../support/service.ts';
import { RunningClock } from '../support/test-clock.ts';
import { violations } from './support/axe.ts';
import { choose, photo, shownField } from './support/files.ts';
import { accessTokenOf, credentialsOf, playgroundOf } from './support/sign-in.ts';
import { screenshot, useBrowser } from './support/visit.ts';

let service: Service;
beforeAll(async () => {
  service = await startService({ THROTTLE_AUTHENTICATED_PER_MINUTE: '1000' }, new RunningClock());
});
afterAll(() => service.stop());
const browser = useBrowser();

/** A request of the account from another program. */
async function elsewhere(username: string, method: string, path: string): Promise<unknown> {
  const access = await accessTokenOf(service.url, credentialsOf(username));
  const answer = await fetch(`${service.url}${path}`, { method, headers: { Authorization: `Bearer ${access}` } });
  return answer.status === 204 ? null : answer.json();
}

/** A playground with one picture, and a list that is saved as `small`. */
async function withPreset(username: string, options = {}) {
  const page = await playgroundOf(browser, service.url, username, options);
  await choose(page, [photo('photo.jpg')]);
  await page.getByRole('button', { name: '+ Scale' }).click();
  await page.getByLabel('Width, pixels').fill('60');
  await page.locator('#presets summary').click();
  await page.getByLabel('Save as').fill('small');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Saved as small.').waitFor();
  return page;
}

test('a list is saved under a name, and the request names it as long as the list says the same', async () => {
  const page = await withPreset('ada');
  expect(await shownField(page)).toEqual({ name: 'Preset', value: 'small' });
  await screenshot(page, 'playground-preset');
  expect(await violations(page)).toEqual([]);
  await page.getByRole('button', { name: 'Process the picture' }).click();
  await page.getByText('JPG, 60 × 45').waitFor();
  expect(await page.locator('#exchange-request code').textContent()).toContain('name="preset"');
  await page.getByLabel('Width, pixels').fill('30');
  expect(await shownField(page)).toMatchObject({ name: 'Operations' });
  await page.getByText('Presets (small was changed)').waitFor();
  await page.getByLabel('Width, pixels').fill('60');
  await page.reload();
  await page.getByText('Preset: small', { exact: true }).waitFor();
  expect(await shownField(page)).toEqual({ name: 'Preset', value: 'small' });
});

test('a name that is there is said before it is replaced', async () => {
  const page = await withPreset('bea');
  await page.getByLabel('Width, pixels').fill('30');
  await page.getByLabel('Save as').fill('small');
  await page.getByText('There is a preset of this name').waitFor();
  await page.getByRole('button', { name: 'Replace' }).click();
  await page.getByText('small now says what this list does.').waitFor();
  expect(await elsewhere('bea', 'GET', '/api/presets/')).toMatchObject({
    results: [{ name: 'small', operations: [{ parameters: { width: 30 } }] }],
  });
  await page.getByLabel('Save as').fill('Not a name');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Use 1 to 32 characters of a-z, 0-9, - and _.').waitFor();
  expect(await page.evaluate('document.activeElement.id')).toBe('preset-name');
  await screenshot(page, 'playground-preset-no-name');
  expect(await violations(page)).toEqual([]);
});

test('one that is chosen brings its list back, with several results too; one that is deleted leaves it', async () => {
  const page = await withPreset('cleo');
  await page.getByRole('button', { name: '+ Another result' }).click();
  await page.getByLabel('Name of the chosen result').fill('thumb');
  await page.getByLabel('Save as').fill('site');
  await page.keyboard.press('Enter');
  await page.getByText('Saved as site.').waitFor();
  await page.getByRole('combobox', { name: 'Preset' }).selectOption('small');
  await page.getByRole('button', { name: 'Use', exact: true }).click();
  await page.getByText('The list is that of small.').waitFor();
  expect(await page.getByLabel('Name of the chosen result').isVisible()).toBe(false);
  await page.getByRole('combobox', { name: 'Preset' }).selectOption('site');
  await page.getByRole('button', { name: 'Use', exact: true }).click();
  await page.getByRole('radio', { name: 'thumb' }).waitFor();
  expect(await shownField(page)).toEqual({ name: 'Preset', value: 'site' });
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await page.getByText('site is deleted. The list above stays as it is.').waitFor();
  expect(await shownField(page)).toMatchObject({ name: 'Outputs', value: [{ name: 'result-1' }, { name: 'thumb' }] });
  expect(await elsewhere('cleo', 'GET', '/api/presets/')).toMatchObject({ results: [{ name: 'small' }] });
});

test('one that was deleted meanwhile is said, and the list is sent as it stands', async () => {
  const page = await withPreset('dora', { allowedErrors: /status of 400/ });
  await elsewhere('dora', 'DELETE', '/api/presets/small/');
  await page.getByRole('button', { name: 'Process the picture' }).click();
  await page.locator('#builder').getByText('This preset is gone').waitFor();
  await screenshot(page, 'playground-preset-gone');
  expect(await shownField(page)).toMatchObject({ name: 'Operations' });
  await page.getByRole('button', { name: 'Process the picture' }).click();
  await page.getByText('JPG, 60 × 45').waitFor();
});

test('whoever has no account reads that one keeps presets', async () => {
  const page = await browser.open(`${service.url}/playground/`);
  await page.getByText('lists that are kept as presets').waitFor();
  expect(await page.locator('#presets').isVisible()).toBe(false);
});
