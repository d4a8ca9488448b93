import { createHash } from 'node:crypto';

/** Bytes that are not those that were stored: a disk, a server or the way between has altered them. */
export class BytesAltered extends Error {
  constructor(key: string, expected: string, received: string) {
    super(`Expected bytes with the SHA-256 ${expected} for ${key}, received ${received}`);
    this.name = 'BytesAltered';
  }
}

/**
 * Lets bytes through, and ends with an error in place of their end when their SHA-256, in hex, is not this one. What is
 * `key` is for the log.
 * @throws BytesAltered
 */
export function assertDigest(sha256: string, key: string) {
  return async function* (bytes: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
    const hash = createHash('sha256');
    for await (const chunk of bytes) {
      hash.update(chunk);
      yield chunk;
    }
    const received = hash.digest('hex');
    if (received !== sha256) throw new BytesAltered(key, sha256, received);
  };
}
