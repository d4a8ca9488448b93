import { EFFORTS } from '../../domain/encoding.ts';
import { defineOperation } from '../../domain/operation.ts';
import { choice, integer } from '../../domain/parameter.ts';

/** Sets how the result is encoded. The last one wins, wherever it stands. */
export const compress = defineOperation({
  type: 'compress',
  title: 'Compress',
  about: 'Sets the quality of the result; a PNG gets a palette. The last one wins, wherever it stands.',
  parameters: {
    quality: integer('qualityMin', 'qualityMax', 'From rough and small to fine and large', {
      label: 'Quality',
      example: 80,
    }),
    effort: choice(EFFORTS, 'How much work the encoder spends on a smaller file', {
      label: 'Effort',
      default: 'balanced',
    }),
  },
  asks: ({ quality, effort }) => ({ quality, effort }),
});
