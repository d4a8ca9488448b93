import type { Caller } from '../../../accounts/domain/caller.ts';
import { assertNoFaults, fault } from '../../../shared/http/checked.ts';
import type { Upload } from '../../application/submit-image.ts';
import type { ReceivedUpload } from './image-upload.interceptor.ts';
import { parseOperations } from './operations.parser.ts';

/**
 * Makes an upload of what has arrived, with every fault of the form reported at once.
 * @throws validation_failed
 */
export function parseUpload({ image, operations: parts }: ReceivedUpload, caller: Caller): Upload {
  const { operations, faults } = parseOperations(parts, caller);
  const missing = 'Expected one JPEG, PNG or WebP file for original_image, received nothing';
  assertNoFaults(image ? faults : [fault('/original_image', 'required', missing), ...faults]);
  return { ...(image as NonNullable<typeof image>), operations };
}
