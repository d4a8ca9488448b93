import type { Writable } from 'node:stream';

/** Writes no faster than the stream takes; resolves when it has room for more. @throws what the stream failed with */
export async function writeChunk(stream: Writable, chunk: Buffer): Promise<void> {
  assertOpen(stream);
  if (stream.write(chunk)) return;
  await new Promise<void>((resolve) => {
    const settled = () => {
      stream.off('drain', settled).off('close', settled);
      resolve();
    };
    stream.on('drain', settled).on('close', settled);
  });
  assertOpen(stream);
}

/** Ends a stream of a file; resolves when all of it is written and the file closed. @throws what the stream failed with */
export async function endFile(stream: Writable): Promise<void> {
  assertOpen(stream);
  await new Promise<void>((resolve) => stream.once('close', resolve).end());
  if (!stream.writableFinished) assertOpen(stream);
}

function assertOpen({ destroyed, errored }: Writable): void {
  if (destroyed || errored) throw errored ?? new Error('Expected a stream that takes more, found one that is closed');
}
