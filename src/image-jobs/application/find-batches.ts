import type { Caller } from '../../accounts/domain/caller.ts';
import { type Clock, secondsAfter } from '../../shared/clock.ts';
import { expectation } from '../../shared/expectation.ts';
import { type Page, type PageRequest, pageOf } from '../../shared/page.ts';
import { isUuid } from '../../shared/uuid.ts';
import type { BatchState } from '../domain/batch.ts';
import { imageJobProblems } from '../domain/errors.ts';
import type { RecordLife } from './find-image-jobs.ts';
import type { BatchRepository } from './ports.ts';

/** Finds one batch for a caller. */
export class FindBatch {
  constructor(
    private readonly batches: BatchRepository,
    private readonly clock: Clock,
    private readonly life: RecordLife,
  ) {}

  /** @throws batch_not_found, in the same words for what is not there and for what is someone else's */
  async execute(caller: Caller, id: string): Promise<BatchState> {
    const found = isUuid(id) ? await this.batches.find(id.toLowerCase()) : null;
    const state = found?.rememberedAt(this.clock.now(), this.life.recordSeconds);
    if (state && state.batch.accountId === caller.accountId) return state;
    throw imageJobProblems.batchNotFound.error(expectation('the id of a batch of yours', 'id', id));
  }

  /** The jobs that it changes with: it has all of them from the beginning. */
  async jobsOf(caller: Caller, id: string): Promise<readonly string[]> {
    return (await this.execute(caller, id)).unfinished();
  }
}

/** Lists the batches of an account, newest first. */
export class ListBatches {
  constructor(
    private readonly batches: BatchRepository,
    private readonly clock: Clock,
    private readonly life: RecordLife,
  ) {}

  async execute(accountId: string, request: PageRequest): Promise<Page<BatchState>> {
    const now = this.clock.now();
    const endedAfter = secondsAfter(now, -this.life.recordSeconds);
    const page = await pageOf(request, (limit) => this.batches.list(accountId, { ...request, limit, endedAfter }));
    // One may have lost its last job since it was found.
    const items = page.items.flatMap((state) => state.rememberedAt(now, this.life.recordSeconds) ?? []);
    return { ...page, items };
  }
}
