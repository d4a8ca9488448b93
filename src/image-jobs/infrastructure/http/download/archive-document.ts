import { ApiOkResponse } from '@nestjs/swagger';
import { ZIP_TYPE } from './archive-answer.ts';
import { attachment } from './attachment.ts';

/** Documents an answer with an archive; `example` is what one may be called. */
export const Archives = (example: string): MethodDecorator =>
  ApiOkResponse({
    description: 'A ZIP of stored files; its size is not known before, and it has no ranges',
    headers: {
      'Content-Disposition': {
        description: 'What the archive is called',
        schema: { type: 'string' },
        example: attachment(example),
      },
      'Accept-Ranges': { description: 'Always `none`', schema: { type: 'string', enum: ['none'] } },
    },
    content: { [ZIP_TYPE]: { schema: { type: 'string', format: 'binary' } } },
  });
