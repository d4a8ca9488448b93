import { IMAGE_FORMATS } from '../../domain/image-format.ts';
import { choice, defineOperation } from '../../domain/operation.ts';

/** Sets the format of the result. The last one wins, wherever it stands. */
export const convert = defineOperation({
  type: 'convert',
  about: 'Sets the format of the result. The last one wins, wherever it stands.',
  parameters: {
    format: choice(IMAGE_FORMATS, 'Format of the result, in any case', { ignoresCase: true }),
  },
});
