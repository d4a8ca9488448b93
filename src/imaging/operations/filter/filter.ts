import { choice, defineOperation } from '../../domain/operation.ts';

const FILTERS = ['grayscale', 'blur', 'sharpen'] as const;

/** Changes the colours of the picture at the size that it then has; transparency is untouched. */
export const filter = defineOperation({
  type: 'filter',
  about:
    'Changes the picture at the size that it then has; transparency is untouched, and repeated filters accumulate.',
  parameters: {
    type: choice(FILTERS, '`grayscale`; `blur`: Gaussian, sigma 2; `sharpen`: one mild pass'),
  },
});
