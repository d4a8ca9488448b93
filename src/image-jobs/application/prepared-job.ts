import type { Caller } from '../../accounts/domain/caller.ts';
import { ImageJob, type Submission } from '../domain/image-job.ts';
import { foretell } from './foretell-outputs.ts';
import type { Upload } from './upload.ts';

/** Under which id a job is made, when, and in which batch. */
export interface NewJob extends Pick<Submission, 'id' | 'batch'> {
  readonly now: Date;
}

/**
 * The job that an upload asks for, as far as its header tells.
 * @throws unreadable_image, unsupported_jpeg, too_many_pixels, validation_failed
 */
export async function preparedJob(caller: Caller, upload: Upload, { now, ...place }: NewJob): Promise<ImageJob> {
  const facts = await upload.facts;
  const outputs = foretell(caller, facts, upload.wanted).map(({ name, operations, warnings }) => ({
    name,
    operations,
    warnings,
  }));
  return ImageJob.submit({ ...upload, ...place, facts, outputs }, caller, now);
}
