import { defineOperation } from '../../domain/operation.ts';
import { choice } from '../../domain/parameter.ts';

/** Changes the colours of the picture at the size that it then has; transparency is untouched. */
export const filter = defineOperation({
  type: 'filter',
  title: 'Filter',
  about:
    'Changes the picture at the size that it then has; transparency is untouched, and repeated filters accumulate.',
  parameters: {
    type: choice(['grayscale', 'blur', 'sharpen'], '`grayscale`; `blur`: Gaussian, sigma 2; `sharpen`: one mild pass', {
      label: 'Filter',
      aliases: { greyscale: 'grayscale' },
    }),
  },
});
