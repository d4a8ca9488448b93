import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const read = (path: string) => readFile(join(ROOT, path), 'utf8');

const dockerfile = await read('docker/Dockerfile');
/** What is left at run time: the last stage. */
const image = dockerfile.slice(dockerfile.lastIndexOf('\nFROM '));
const wordsOf = (instruction: string) => image.match(new RegExp(`^${instruction} (.*)$`, 'm'))?.[1] ?? '';

test("README's line for Docker alone speaks of the image that is built: its file, its port, its folder", async () => {
  const line = (await read('README.md')).split('\n').find((text) => text.startsWith('docker build'));
  expect(line).toBe(
    'docker build -f docker/Dockerfile -t imagepro . && docker run --rm -p 127.0.0.1:8000:8000 -v imagepro:/data imagepro',
  );
  expect(wordsOf('ENV').split(' ')).toEqual(expect.arrayContaining(['HOST=0.0.0.0', 'PORT=8000', 'DATA_DIR=/data']));
  expect([wordsOf('EXPOSE'), wordsOf('VOLUME'), wordsOf('USER')]).toEqual(['8000', '/data', 'node']);
});

test('the image starts as `npm start` does', async () => {
  const { scripts } = JSON.parse(await read('package.json')) as { scripts: { start: string } };
  expect(JSON.parse(wordsOf('CMD'))).toEqual(scripts.start.split(' '));
});
