import { ApiSchema, type ApiSchemaOptions } from '@nestjs/swagger';

interface BodySchemaOptions extends ApiSchemaOptions {
  /** How many of its members a body has at least, and at most. */
  readonly minProperties?: number;
  readonly maxProperties?: number;
}

/** Documents the class of a body, or of a part of one, which has no other members than those of the class. */
export function BodySchema(options: BodySchemaOptions): ClassDecorator {
  return ApiSchema({ additionalProperties: false, ...options } as ApiSchemaOptions);
}
