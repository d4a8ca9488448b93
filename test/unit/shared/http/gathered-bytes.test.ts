import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { gatheredBytes } from '../../../../src/shared/http/gathered-bytes.ts';

const tooLong = () => new Error('too long');

async function* inChunks(...texts: string[]): AsyncGenerator<Buffer> {
  for (const text of texts) yield Buffer.from(text);
}

test('all bytes are there in their order, up to the most that there may be', async () => {
  expect((await gatheredBytes(inChunks(), 5, tooLong)).toString()).toBe('');
  expect((await gatheredBytes(inChunks('ab', '', 'cde'), 5, tooLong)).toString()).toBe('abcde');
  await expect(gatheredBytes(inChunks('ab', 'cde', 'f'), 5, tooLong)).rejects.toThrow('too long');
});

test('no chunk is kept while more are waited for', async () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  const chunks: WeakRef<Buffer>[] = [];
  let kept = 0;
  async function* byteByByte(): AsyncGenerator<Buffer> {
    for (let n = 0; n < 100; n += 1) {
      const chunk = Buffer.from('x');
      chunks.push(new WeakRef(chunk));
      yield chunk;
    }
    await turn();
    collectGarbage();
    kept = chunks.filter((chunk) => chunk.deref()).length;
  }
  expect(await gatheredBytes(byteByByte(), 100, tooLong)).toHaveLength(100);
  // The last one may still stand in a variable of the loop.
  expect(kept).toBeLessThanOrEqual(1);
});
