import { choice, defineOperation, integer } from '../../domain/operation.ts';

const EFFORTS = ['fast', 'balanced', 'small'] as const;

/** Sets how the result is encoded. The last one wins, wherever it stands. */
export const compress = defineOperation({
  type: 'compress',
  about: 'Sets the quality of the result; a PNG gets a palette. The last one wins, wherever it stands.',
  parameters: {
    quality: integer(
      (policy) => policy.qualityMin,
      (policy) => policy.qualityMax,
      'From rough and small to fine and large',
      80,
    ),
    effort: choice(EFFORTS, 'How much work the encoder spends on a smaller file', { default: 'balanced' }),
  },
});
