import { BEST_WITHIN_BUDGET, EFFORTS, LEAST_BUDGET } from '../../domain/encoding.ts';
import { megapixels } from '../../domain/image-facts.ts';
import { FORMATS } from '../../domain/image-format.ts';
import { defineOperation } from '../../domain/operation.ts';
import { choice, integer } from '../../domain/parameter.ts';

/** Sets how the result is encoded. The last one wins, wherever it stands. */
export const compress = defineOperation({
  type: 'compress',
  title: 'Compress',
  about:
    'Sets the quality of the result, or the size that its file may have; a PNG gets a palette, or loses nothing where that is smaller. Where nothing else changes the picture, a file does not grow: rather than that, the result is the original’s own picture, without its metadata. The last one wins, wherever it stands.',
  parameters: {
    quality: integer('qualityMin', 'qualityMax', 'From rough and small to fine and large', {
      label: 'Quality',
      unless: 'max_bytes',
      example: 80,
    }),
    max_bytes: integer(
      LEAST_BUDGET,
      Number.POSITIVE_INFINITY,
      `Most bytes of the file: the best quality that at most six tries find, up to \`quality\` (${BEST_WITHIN_BUDGET} where that is left out); not for PNG, nor for AVIF above ${megapixels(FORMATS.avif.budgetPixels)}`,
      { label: 'Largest file, kB', optional: true, shownIn: 1000, example: 150_000 },
    ),
    effort: choice(EFFORTS, 'How much work the encoder spends on a smaller file', {
      label: 'Effort',
      default: 'balanced',
    }),
  },
  asks: ({ quality, max_bytes: maxBytes, effort }) => ({ quality, maxBytes, effort }),
});
