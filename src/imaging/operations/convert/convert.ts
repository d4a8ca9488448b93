import { megapixels } from '../../domain/image-facts.ts';
import { FORMATS, IMAGE_FORMATS } from '../../domain/image-format.ts';
import { defineOperation } from '../../domain/operation.ts';
import { choice } from '../../domain/parameter.ts';

/** Sets the format of the result. The last one wins, wherever it stands. */
export const convert = defineOperation({
  type: 'convert',
  title: 'Convert',
  about: `Sets the format of the result; \`avif\` is a result only, of at most ${megapixels(FORMATS.avif.mostPixels)}. A \`jpg\` cannot be transparent: what is so after the last operation is white in it. The last one wins, wherever it stands.`,
  parameters: {
    format: choice(IMAGE_FORMATS, 'Format of the result', {
      label: 'Format',
      ignoresCase: true,
      aliases: { jpeg: 'jpg' },
      example: 'webp',
    }),
  },
  asks: ({ format }) => ({ format }),
});
