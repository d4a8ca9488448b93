import type { Caller } from '../../accounts/domain/caller.ts';
import type { BatchState } from '../domain/batch.ts';
import type { KeyedRequest } from '../domain/idempotency-claim.ts';
import type { EraseBatch } from './erase-batch.ts';
import type { Made, MakeOnce } from './make-once.ts';
import type { BatchRepository } from './ports.ts';
import type { BatchUpload, SubmitBatch } from './submit-batch.ts';

/** Accepts a batch once, however often it is sent with the same idempotency key. */
export class SubmitBatchOnce {
  constructor(
    private readonly submit: SubmitBatch,
    private readonly once: MakeOnce,
    private readonly batches: BatchRepository,
    private readonly eraser: EraseBatch,
  ) {}

  /** @throws what `SubmitBatch` throws, and with a key what `MakeOnce` does */
  async execute(caller: Caller, upload: BatchUpload, request: KeyedRequest | undefined): Promise<Made<BatchState>> {
    if (!request) return { made: await this.submit.execute(caller, upload), isReplay: false };
    return this.once.execute(caller, request, {
      find: (id) => this.batches.find(id),
      make: (id) => this.submit.execute(caller, upload, id),
      erase: (id) => this.eraser.execute(id),
    });
  }
}
