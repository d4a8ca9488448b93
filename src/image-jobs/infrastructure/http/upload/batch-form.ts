import type { Request } from 'express';
import type { Caller } from '../../../../accounts/domain/caller.ts';
import type { BatchUpload } from '../../../application/submit-batch.ts';
import type { Upload } from '../../../application/upload.ts';
import { imageJobProblems } from '../../../domain/errors.ts';
import type { BatchSettings } from '../../image-jobs.settings.ts';
import type { PictureForm } from './picture-form.ts';

/** The form field of the files. */
export const IMAGES = 'images';

/** The form of `POST /api/batches/`: many images, and what is to be done with each. */
export class BatchForm {
  constructor(
    private readonly form: PictureForm,
    private readonly limits: BatchSettings,
  ) {}

  /** A file that is refused is so alone. @throws what `PictureForm` throws; batch_too_large */
  async receive(request: Request, origin: Pick<Upload, 'requestId' | 'baseUrl'>, caller: Caller): Promise<BatchUpload> {
    const { files, bytes } = this.limits;
    const { images, refused, objection, ...form } = await this.form.receive(request, caller, {
      field: IMAGES,
      mostImages: files,
      imagesBytes: bytes,
      refusesAlone: true,
      tooLargeTogether: (received) =>
        imageJobProblems.batchTooLarge.error(
          `Expected at most ${bytes} bytes in all files of a batch (limit of the whole service) for ${IMAGES}, received ${received}`,
        ),
    });
    const uploads = images.map((image) => ({ ...image, ...form, ...origin }));
    const sent = [...uploads, ...refused].sort((one, other) => one.position - other.position);
    return { files: sent, wanted: form.wanted, ...(objection && { objection }) };
  }
}
