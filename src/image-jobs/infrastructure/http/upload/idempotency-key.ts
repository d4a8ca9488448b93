import { createHash } from 'node:crypto';
import { ApiHeader, type ApiResponseOptions } from '@nestjs/swagger';
import type { Request } from 'express';
import type { Caller } from '../../../../accounts/domain/caller.ts';
import { expectation } from '../../../../shared/expectation.ts';
import { assertNoFaults, fault } from '../../../../shared/faults.ts';
import type { BatchUpload } from '../../../application/submit-batch.ts';
import type { Upload } from '../../../application/upload.ts';
import { REMEMBERED_HOURS } from '../../../domain/idempotency-claim.ts';
import type { Wanted } from '../../../domain/wanted.ts';

const MOST_CHARACTERS = 255;
/** Keys of anonymous callers: long enough that strangers behind one address do not choose the same. */
const FEWEST_CHARACTERS = { anonymous: 16, authenticated: 1 } as const;

const NAME = 'Idempotency-Key';

/** Documents the `Idempotency-Key` header of a route. */
export const IdempotencyKey = (): MethodDecorator =>
  ApiHeader({
    name: NAME,
    description: `Makes a retry safe: the same key with the same file and operations (or outputs, or preset), within ${REMEMBERED_HOURS} hours, is answered with the first job. ${FEWEST_CHARACTERS.authenticated}-${MOST_CHARACTERS} printable ASCII characters, at least ${FEWEST_CHARACTERS.anonymous} for anonymous callers`,
    schema: { type: 'string', minLength: 1, maxLength: MOST_CHARACTERS },
    example: '7b0e7c1c-3a54-4a6e-9f0f-8f6a4a0f3c55',
  });

/** The header that says that an earlier request made the job. */
export const IDEMPOTENT_REPLAYED: ApiResponseOptions['headers'] = {
  'Idempotent-Replayed': {
    description: '`true` when an earlier request with the same key made the job',
    schema: { type: 'string', enum: ['true'] },
  },
};

/**
 * The request's idempotency key; undefined when it has none. The quotes of a structured field (IETF draft) are no part
 * of it.
 * @throws validation_failed
 */
export function idempotencyKeyOf({ headers }: Request, { kind, limitOwner }: Caller): string | undefined {
  const given = headers['idempotency-key'];
  if (given === undefined) return undefined;
  const text = String(given);
  const key = /^"(.*)"$/.exec(text)?.[1] ?? text;
  const fewest = FEWEST_CHARACTERS[kind];
  const isGood = /^[\x20-\x7e]*$/.test(key) && key.length >= fewest && key.length <= MOST_CHARACTERS;
  const what = `${fewest}-${MOST_CHARACTERS} printable ASCII characters (limit of ${limitOwner})`;
  assertNoFaults(isGood ? [] : [fault([NAME], 'invalid_value', expectation(what, NAME, text))]);
  return key;
}

/**
 * What an upload's file, and what is wanted of it, are known by: a SHA-256, in hex. A preset is known by its name, so that
 * a retry is the same request though the preset has been changed meanwhile.
 */
export function fingerprintOf({ sha256, wanted }: Pick<Upload, 'sha256' | 'wanted'>): string {
  return fingerprint(sha256, wanted);
}

/** What the files of a batch, in their order and whether or not they are refused, and what is wanted of them are known by. */
export function fingerprintOfAll({ files, wanted }: BatchUpload): string {
  return fingerprint(
    files.map(({ sha256 }) => sha256),
    wanted,
  );
}

function fingerprint(files: string | readonly string[], wanted: Wanted): string {
  return createHash('sha256')
    .update(JSON.stringify([files, askedIn(wanted)]))
    .digest('hex');
}

function askedIn({ member, outputs, preset }: Wanted): unknown {
  if (member === 'operations') return outputs[0]?.operations;
  return member === 'preset' ? { preset } : { outputs };
}
