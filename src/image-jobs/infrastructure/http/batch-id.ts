import { ApiParam } from '@nestjs/swagger';
import { BATCH_EXAMPLES } from './batch-examples.ts';

/** Documents the id of a batch in a path. */
export const BatchId = () =>
  ApiParam({ name: 'id', schema: { type: 'string', format: 'uuid' }, example: BATCH_EXAMPLES.processing.value.id });
