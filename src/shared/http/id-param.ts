import { ApiParam } from '@nestjs/swagger';

/** Documents an id in a path. */
export const IdParam = (name = 'id', example?: string): MethodDecorator =>
  ApiParam({ name, schema: { type: 'string', format: 'uuid' }, ...(example !== undefined && { example }) });
