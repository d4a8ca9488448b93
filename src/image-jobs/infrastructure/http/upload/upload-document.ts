import { applyDecorators, type Type } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiCreatedResponse, ApiOkResponse } from '@nestjs/swagger';
import { BODY_PROBLEMS } from '../../../../shared/http/api-problems.ts';
import { ReadsItsBody } from '../../../../shared/http/readable-body.guard.ts';
import { imageJobProblems } from '../../../domain/errors.ts';
import { PREFERENCE_APPLIED, PreferWait } from '../prefer-wait.ts';
import { ONE_WANTED, WANTED_FIELDS } from '../wanted/wanted-fields.ts';
import { WEBHOOK_URL, WEBHOOK_URL_SCHEMA } from '../webhook-url-field.ts';
import { IDEMPOTENT_REPLAYED, IdempotencyKey } from './idempotency-key.ts';

const { diskFull, idempotencyKeyInFlight, idempotencyKeyReused, queueFull, tooManyUploads, uploadsFull } =
  imageJobProblems;

/** What every upload can be answered with. */
export const UPLOAD_PROBLEMS = [
  ...BODY_PROBLEMS,
  tooManyUploads,
  uploadsFull,
  queueFull,
  diskFull,
  idempotencyKeyInFlight,
  idempotencyKeyReused,
];

/** For a form of pictures: documents it, and the headers that it may come with; `files` is the schema of its field of files. */
export const PictureUpload = (field: string, files: object): MethodDecorator => {
  const properties = { [field]: files, ...WANTED_FIELDS, [WEBHOOK_URL]: WEBHOOK_URL_SCHEMA };
  return applyDecorators(
    ReadsItsBody(),
    IdempotencyKey(),
    PreferWait(),
    ApiConsumes('multipart/form-data'),
    ApiBody({ schema: { type: 'object', required: [field], ...ONE_WANTED, properties } as object }),
  );
};

/** A resource, in each of its states. */
interface Shown {
  readonly type: Type<unknown>;
  readonly examples: Record<string, { summary: string; value: object }>;
}

const LOCATION = { description: 'Path of the resource', schema: { type: 'string' as const, format: 'uri-reference' } };

const STATE_HEADERS = {
  'Retry-After': {
    description: 'Seconds until it is worth asking again, and you may; absent once the job is final',
    schema: { type: 'integer' as const, minimum: 1 },
  },
  ...PREFERENCE_APPLIED,
};

/** Documents the answer to an upload that was accepted. */
export const Accepted = (resource: Shown, description: string): MethodDecorator =>
  ApiCreatedResponse({
    description,
    ...resource,
    headers: { Location: LOCATION, ...STATE_HEADERS, ...IDEMPOTENT_REPLAYED },
  });

/** Documents a request that can wait, and the answer with the state that there is by then. */
export const PresentState = (resource: Shown): MethodDecorator =>
  applyDecorators(
    ApiOkResponse({ description: 'Its present state', ...resource, headers: STATE_HEADERS }),
    PreferWait(),
  );
