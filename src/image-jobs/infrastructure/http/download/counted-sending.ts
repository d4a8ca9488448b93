import type { Readable } from 'node:stream';
import type { Response } from 'express';
import { whenOver } from '../../../../shared/http/when-over.ts';
import { writeChunk } from '../../../../shared/written-chunks.ts';

/**
 * A connection's buffers take at least so much at once, whether its client reads or not. How much more they take is the
 * kernel's affair: on Linux up to `tcp_wmem` here and `tcp_rmem` there, 10 MB by default, and Node can see neither.
 */
const TAKEN_AT_ONCE = 64 * 1024;

/** What bytes go through on their way. */
type Passage = (bytes: AsyncIterable<Buffer>) => AsyncIterable<Buffer>;

/**
 * Sends bytes to their end, with `count` done just before the last of them: a client that has them all finds its download
 * counted. A count that fails cuts no download, and is thrown afterwards. A client that hangs up is no fault, and nothing
 * is counted, if it does so before the buffers on the way have taken all: what lies in them is taken for read.
 */
export async function sendCounted(
  bytes: Readable,
  passages: readonly Passage[],
  count: () => Promise<void>,
  response: Response,
): Promise<void> {
  let failure: unknown;
  const counted = () =>
    count().catch((error: unknown) => {
      failure = error;
    });
  await send(bytes, passages, counted, response);
  if (failure) throw failure;
}

/** Sends bytes that do not reach the end, and count for nothing. */
export function sendPart(bytes: Readable, response: Response): Promise<void> {
  return send(bytes, [], async () => undefined, response);
}

/**
 * Sends the last bytes only when something is done; what fails cuts the answer off. Most results are one chunk, and for that
 * a pipeline of streams would take as much CPU as all the rest of a download.
 */
async function send(
  bytes: Readable,
  passages: readonly Passage[],
  beforeLast: () => Promise<void>,
  response: Response,
): Promise<void> {
  // They may be waited for just then.
  whenOver(response, () => bytes.destroy());
  try {
    let held: Buffer | undefined;
    for await (const chunk of passages.reduce((passing, passage) => passage(passing), bytes as AsyncIterable<Buffer>)) {
      if (held) await writeChunk(response, held);
      held = chunk;
    }
    if (held && held.length > TAKEN_AT_ONCE) {
      // Only a connection that takes the bytes before it is about to have the last one; its client may have read fewer.
      await writeChunk(response, held.subarray(0, -1));
      held = held.subarray(-1);
    }
    if (response.destroyed) return;
    await beforeLast();
    response.end(held);
  } catch (error) {
    // What fails once the client has gone fails for that.
    if (response.destroyed) return;
    response.destroy();
    throw error;
  }
}
