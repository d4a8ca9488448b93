import { expect } from 'vitest';
import { ImagesApi } from './images-api.ts';
import type { Service } from './service.ts';
import { formOf, type SentOperations } from './upload.ts';

/** What a generated client has sent under an `Idempotency-Key`, and what it has downloaded. */
export interface Exchange {
  readonly id: string;
  readonly key: string;
  readonly sent: Blob;
  readonly operations: SentOperations;
  readonly downloaded: Blob | ArrayBuffer;
}

/**
 * Expects that an anonymous client's upload arrived byte for byte (the service takes the same key with the same bytes
 * for the same request, and with no others) and that its download is the result, byte for byte.
 */
export async function expectSameBytes(service: Service, exchange: Exchange): Promise<void> {
  const { id, key, sent, operations, downloaded } = exchange;
  const again = async (bytes: Uint8Array) => {
    const headers = { 'Idempotency-Key': key };
    const body = formOf(bytes, operations);
    return fetch(`${service.url}/api/images/`, { method: 'POST', headers, body });
  };
  const bytes = await sent.bytes();
  expect((await again(bytes)).headers.get('idempotent-replayed')).toBe('true');
  bytes[bytes.length - 3] = (bytes.at(-3) ?? 0) ^ 1;
  expect((await again(bytes)).headers.get('idempotent-replayed')).toBeNull();
  const result = await (await new ImagesApi(service).download(id)).arrayBuffer();
  const received = downloaded instanceof Blob ? await downloaded.arrayBuffer() : downloaded;
  expect(Buffer.from(received).equals(Buffer.from(result))).toBe(true);
}
