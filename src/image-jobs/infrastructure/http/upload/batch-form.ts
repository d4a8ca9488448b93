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

  /**
   * Gives the files to `use`; the spool files are there until that is done. A file that is refused is so alone.
   * @throws what `PictureForm` throws; batch_too_large
   */
  receive<T>(
    request: Request,
    origin: Pick<Upload, 'requestId' | 'baseUrl'>,
    caller: Caller,
    use: (batch: BatchUpload) => Promise<T>,
  ): Promise<T> {
    const { files, bytes } = this.limits;
    const limits = {
      field: IMAGES,
      mostImages: files,
      imagesBytes: bytes,
      refusesAlone: true,
      tooLargeTogether: (received: string) =>
        imageJobProblems.batchTooLarge.error(
          `Expected at most ${bytes} bytes in all files of a batch (limit of the whole service) for ${IMAGES}, received ${received}`,
        ),
    };
    return this.form.receive(request, caller, limits, ({ images, refused, objection, ...form }) => {
      const uploads = images.map((image) => ({ ...image, ...form, ...origin }));
      const sent = [...uploads, ...refused].sort((one, other) => one.position - other.position);
      return use({ files: sent, wanted: form.wanted, ...(objection && { objection }) });
    });
  }
}
