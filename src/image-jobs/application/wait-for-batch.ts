import type { BatchState } from '../domain/batch.ts';
import { WaitUntilFinal } from './wait-until-final.ts';

/** Waits until all jobs of a batch are final. */
export class WaitForBatch extends WaitUntilFinal<BatchState> {}
