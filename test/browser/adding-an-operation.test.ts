import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { OpenAPIObject } from '@nestjs/swagger';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ImagesApi } from '../support/images-api.ts';
import { heldAt, image, quarters, transparent } from '../support/pictures.ts';
import { ServerProcess } from '../support/server-process.ts';
import { screenshot, useBrowser } from './support/visit.ts';

const ROOT = join(import.meta.dirname, '../..');
/** What a build of the service and its documents needs. */
const NEEDED = [
  'src',
  'openapi',
  'config',
  'package.json',
  'nest-cli.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'README.md',
];

let copy: string;
let server: ServerProcess;
let anyone: ImagesApi;
const browser = useBrowser();

beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), 'imagepro-test-'));
  for (const name of NEEDED) await cp(join(ROOT, name), join(copy, name), { recursive: true });
  await symlink(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  await followRecipe();
  const run = promisify(execFile);
  await run('npm', ['run', '--silent', 'build'], { cwd: copy });
  await run(process.execPath, ['openapi/generate.ts'], { cwd: copy });
  server = await new ServerProcess(
    { DATA_DIR: join(copy, 'data'), PORT: '0', THROTTLE_ANONYMOUS_PER_MINUTE: '1000' },
    copy,
  ).ready();
  anyone = new ImagesApi(server);
});
afterAll(async () => {
  await server?.end('SIGTERM');
  await rm(copy, { recursive: true, force: true });
});

/** Does what the README says under "Adding an operation", to the letter: folders with their files, and a line each. */
async function followRecipe(): Promise<void> {
  const recipe = (await readFile(join(copy, 'README.md'), 'utf8')).split('### Adding an operation')[1] ?? '';
  const operations = join(copy, 'src/imaging/operations');
  for (const [, file = '', name = '', code = ''] of recipe.matchAll(/```ts\n +\/\/ ((\w+)\S*\.ts)\n([^`]+)```/g)) {
    await mkdir(join(operations, name), { recursive: true });
    await writeFile(join(operations, name, file), code);
  }
  const registry = join(copy, 'src/imaging/operations/operations.ts');
  const before = await readFile(registry, 'utf8');
  const named = before.replace('const REGISTERED = [', 'const REGISTERED = [transpose, invert, ');
  const imports = ['transpose', 'invert'].map((name) => `import { ${name} } from './${name}/${name}.ts';\n`);
  await writeFile(registry, `${imports.join('')}${named}`);
}

const transpose = (parameters: object) => [{ operation_type: 'transpose', parameters }];

describe('an operation that a stranger adds by the recipe of the README', () => {
  test('works on pictures, also on one that is held sideways, and their sides change places', async () => {
    const picture = quarters(40, 20);
    const expected = await sharp(await image(picture).png().toBuffer())
      .rotate(270)
      .flop()
      .raw()
      .toBuffer();
    for (const [, file] of [
      ['upright', await image(picture).png().toBuffer()],
      ['held sideways', await (await heldAt(picture, 6)).png().toBuffer()],
    ] as const) {
      const { image: job, bytes } = await anyone.result(file, transpose({}));
      expect(job).toMatchObject({ result: { width: 20, height: 40 }, operations: transpose({ corner: 1 }) });
      expect((await sharp(bytes).removeAlpha().raw().toBuffer()).equals(expected)).toBe(true);
    }
  });

  test('or changes what pixels are, and leaves their transparency', async () => {
    const picture = transparent(40, 20);
    const { bytes } = await anyone.result(await image(picture).png().toBuffer(), [
      { operation_type: 'invert', parameters: {} },
    ]);
    const expected = picture.data.map((value, i) => (i % 4 === 3 ? value : 255 - value));
    expect((await sharp(bytes).raw().toBuffer()).equals(Buffer.from(expected))).toBe(true);
  });

  test('is checked by the API, which takes its numbers as choices', async () => {
    const refused = await anyone.upload(await image(quarters(4, 4)).png().toBuffer(), transpose({ corner: 90 }));
    expect(await refused.json()).toMatchObject({
      status: 400,
      detail: 'Expected one of 1, 2 for corner, received 90',
      errors: [{ pointer: '/operations/0/parameters/corner' }],
    });
    const taken = await anyone.upload(await image(quarters(4, 4)).png().toBuffer(), transpose({ corner: 2 }));
    expect(taken.status).toBe(201);
  });

  test('stands in the OpenAPI document, the README and the guide', async () => {
    const document = (await (await fetch(`${server.url}/api/schema/`)).json()) as OpenAPIObject;
    expect(document.components?.schemas?.Transpose).toMatchObject({
      properties: { parameters: { properties: { corner: { type: 'integer', enum: [1, 2], default: 1 } } } },
    });
    expect(document.components?.schemas?.Operation).toMatchObject({
      oneOf: expect.arrayContaining([{ $ref: '#/components/schemas/Transpose' }]),
    });
    expect(JSON.parse(await readFile(join(copy, 'openapi/openapi.json'), 'utf8'))).toHaveProperty(
      'components.schemas.Transpose',
    );
    expect(await readFile(join(copy, 'README.md'), 'utf8')).toMatch(
      /^\| `transpose` +\| `corner`: `1` \(default\), `2`/m,
    );
    const guide = await (await fetch(`${server.url}/api/documentation/`)).text();
    expect(guide).toContain('<code>transpose</code>');
  });

  test('has a control in the playground that a person can use', async () => {
    const page = await browser.open(`${server.url}/playground/`);
    await page.getByRole('button', { name: 'Use the built-in picture' }).click();
    await page.getByRole('button', { name: '+ Transpose' }).click();
    await page.getByRole('radio', { name: '2' }).check();
    await screenshot(page, 'playground-transpose');
    await page.getByRole('button', { name: 'Process the picture' }).click();
    await page.getByRole('link', { name: 'Save the result' }).waitFor();
    expect(JSON.parse((await page.locator('#code-json code').textContent()) ?? '')).toEqual(transpose({ corner: 2 }));
  });
});
