import { IdParam } from '../../../shared/http/id-param.ts';
import { BATCH_EXAMPLES } from './batch-examples.ts';

/** Documents the id of a batch in a path. */
export const BatchId = () => IdParam('id', BATCH_EXAMPLES.processing.value.id);
