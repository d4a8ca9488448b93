import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { image, photograph } from '../support/pictures.ts';
import { pythonWithRequests } from '../support/servers/program.ts';
import { type Service, startService } from '../support/service.ts';
import { RunningClock } from '../support/test-clock.ts';
import { unpacked } from '../support/unpacked-zip.ts';
import { choose, headless } from './support/files.ts';
import { accessTokenOf, type Credentials, credentialsOf, register } from './support/sign-in.ts';
import { useBrowser } from './support/visit.ts';

const run = promisify(execFile);
const GENEROUS = { THROTTLE_ANONYMOUS_PER_MINUTE: '1000', THROTTLE_AUTHENTICATED_PER_MINUTE: '1000' };
/** A name that each language has to quote. */
const NAME = "Ada's photo.jpg";

let service: Service;
let folder: string;
let photo: Buffer;
beforeAll(async () => {
  service = await startService(GENEROUS, new RunningClock());
  folder = await mkdtemp(join(tmpdir(), 'imagepro-snippets-'));
  photo = await image(photograph(800, 600)).jpeg().toBuffer();
  await writeFile(join(folder, NAME), photo);
});
afterAll(async () => {
  await service.stop();
  await rm(folder, { recursive: true });
});
const browser = useBrowser();

/** Runs each snippet as a program, in the folder of the picture. */
const RUNNERS = {
  curl: (text: string, env: NodeJS.ProcessEnv) => run('bash', ['-c', text], { cwd: folder, env }),
  javascript: async (text: string, env: NodeJS.ProcessEnv) => {
    await writeFile(join(folder, 'snippet.mjs'), text);
    return run(process.execPath, ['snippet.mjs'], { cwd: folder, env });
  },
  python: (text: string, env: NodeJS.ProcessEnv) => run(pythonWithRequests(), ['-c', text], { cwd: folder, env }),
};

describe.each(Object.entries(RUNNERS))('the snippet for %s', (language, runner) => {
  const result = join('.', "Ada's photo-result.webp");

  test('leaves the result in a file, without an account', async () => {
    const page = await built();
    await runner(await snippet(page, language), process.env);
    expect(await sharp(join(folder, result)).metadata()).toMatchObject({ format: 'webp', width: 320, height: 240 });
    await rm(join(folder, result));
  });

  test('leaves the result in a file, with a token from the environment, and asks for one that is missing', async () => {
    const account = { username: language, email: `${language}@example.com`, password: 'a picture says more' };
    const page = await built(account);
    const text = await snippet(page, language);
    const ACCESS = await accessTokenOf(service.url, account);
    await runner(text, { ...process.env, ACCESS });
    expect(await sharp(join(folder, result)).metadata()).toMatchObject({ format: 'webp', width: 320 });
    await expect(runner(text, process.env)).rejects.toThrow('ACCESS');
    await rm(join(folder, result));
  });

  test('stops with what is wrong', async () => {
    const page = await built();
    await page.getByLabel('Width, pixels').fill('20000');
    const text = await snippet(page, language);
    await expect(runner(text, process.env)).rejects.toThrow('Expected an integer from 1 to 10000');
  });
});

describe.each(Object.entries(RUNNERS))('the snippet of an account, for %s', (language, runner) => {
  /** Leaves the files of its archive in `folder`. */
  async function archiveOf(page: Page, name: string, username: string): Promise<string[]> {
    const ACCESS = await accessTokenOf(service.url, credentialsOf(username));
    await runner(await snippet(page, language), { ...process.env, ACCESS });
    const entries = unpacked(join(folder, name));
    await rm(join(folder, name));
    return entries.map((entry) => entry.name);
  }

  test('leaves several results in a ZIP, also where a preset says them', async () => {
    const username = `${language}-outputs`;
    const page = await built(credentialsOf(username));
    await page.getByRole('button', { name: '+ Another result' }).click();
    await page.getByLabel('Name of the chosen result').fill('thumb');
    const expected = ["Ada's photo-result-1.webp", "Ada's photo-thumb.webp"];
    expect(await archiveOf(page, "Ada's photo-results.zip", username)).toEqual(expected);
    await page.locator('#presets summary').click();
    await page.getByLabel('Save as').fill('site');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Saved as site.').waitFor();
    expect(await snippet(page, language)).not.toContain('thumb');
    expect(await archiveOf(page, "Ada's photo-results.zip", username)).toEqual(expected);
  });

  test('leaves the results of many pictures in a ZIP, and goes on when one is refused', async () => {
    const username = `${language}-batch`;
    const page = await built(credentialsOf(username));
    const files = [{ name: NAME, mimeType: 'image/jpeg', buffer: photo }, headless('headless.jpg')];
    await writeFile(join(folder, 'headless.jpg'), headless('').buffer);
    await choose(page, files);
    await page.getByRole('button', { name: 'Process 2 pictures' }).waitFor();
    expect(await archiveOf(page, 'results.zip', username)).toEqual(["Ada's photo.webp", 'missing.txt']);
    await page.getByLabel('Width, pixels').fill('20000');
    const ACCESS = await accessTokenOf(service.url, credentialsOf(username));
    const failing = runner(await snippet(page, language), { ...process.env, ACCESS });
    await expect(failing).rejects.toThrow('Expected an integer from 1 to 10000');
  });
});

test('a field that is left empty is None in Python, and true and null nowhere', async () => {
  const page = await built();
  await page.getByLabel('Width, pixels').fill('');
  expect(await snippet(page, 'python')).toContain('"width": None,');
  expect(await snippet(page, 'python')).not.toMatch(/\b(null|true|false)\b/);
});

/** The playground with a picture and two operations, by whoever is given. */
async function built(account?: Credentials): Promise<Page> {
  const page = await browser.open(`${service.url}/${account ? 'register/' : 'playground/'}`);
  if (account) await register(page, service.url, account);
  await page.getByLabel('Choose a file').setInputFiles({ name: NAME, mimeType: 'image/jpeg', buffer: photo });
  await page.locator('#picture-facts').waitFor();
  await page.getByRole('button', { name: '+ Resize' }).click();
  await page.getByLabel('Width, pixels').fill('320');
  await page.getByRole('button', { name: '+ Convert' }).click();
  return page;
}

async function snippet(page: Page, language: string): Promise<string> {
  return (await page.locator(`#code-${language} code`).textContent()) ?? '';
}
