import { IdParam } from '../../../shared/http/id-param.ts';
import { IMAGE_EXAMPLES } from './image-examples.ts';

/** Documents the id of a job in a path. */
export const ImageId = () => IdParam('id', IMAGE_EXAMPLES.pending.value.id);
