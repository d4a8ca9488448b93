import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Response } from 'express';
import { LastBytesHeld } from './last-bytes-held.ts';

/** What bytes go through on their way. */
type Passage = (bytes: AsyncIterable<Buffer>) => AsyncIterable<Buffer>;

/**
 * Sends bytes to their end, with `count` done just before the last of them: a client that has them all finds its download
 * counted. A count that fails cuts no download, and is thrown afterwards. A client that hangs up is no fault, and nothing
 * is counted.
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
  await send([bytes, ...passages, new LastBytesHeld(counted)], response);
  if (failure) throw failure;
}

/** Sends bytes that do not reach the end, and count for nothing. */
export function sendPart(bytes: Readable, response: Response): Promise<void> {
  return send([bytes], response);
}

async function send(stages: readonly (Readable | Passage | LastBytesHeld)[], response: Response): Promise<void> {
  try {
    // Its types know no lists with functions in them.
    await pipeline([...stages, response] as unknown as NodeJS.ReadWriteStream[]);
  } catch (error) {
    if (response.destroyed && isHangUp(error)) return;
    throw error;
  }
}

function isHangUp(error: unknown): boolean {
  return ['ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_UNABLE_TO_PIPE', 'ECONNRESET', 'EPIPE'].includes(
    (error as NodeJS.ErrnoException).code ?? '',
  );
}
