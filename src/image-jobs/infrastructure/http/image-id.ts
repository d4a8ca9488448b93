import { ApiParam } from '@nestjs/swagger';
import { IMAGE_EXAMPLES } from './image-examples.ts';

/** Documents the id of a job in a path. */
export const ImageId = () =>
  ApiParam({ name: 'id', schema: { type: 'string', format: 'uuid' }, example: IMAGE_EXAMPLES.pending.value.id });
