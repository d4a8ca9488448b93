import type { Request } from 'express';
import type { Caller } from '../../../../accounts/domain/caller.ts';
import type { Upload } from '../../../application/upload.ts';
import type { ReceivedImage } from './form-inbox.ts';
import type { PictureForm } from './picture-form.ts';

/** The form field of the file. */
export const IMAGE = 'original_image';

/** The form of `POST /api/images/`: one image, and what is to be done with it. */
export class ImageForm {
  constructor(private readonly form: PictureForm) {}

  /** Gives the upload to `use`; its spool file is there until that is done. @throws what `PictureForm` throws */
  receive<T>(request: Request, caller: Caller, use: (upload: Upload) => Promise<T>): Promise<T> {
    const limits = { field: IMAGE, mostImages: 1, imagesBytes: caller.policy.fileBytes };
    return this.form.receive(request, caller, limits, ({ images, refused: _none, ...form }) =>
      use({ ...(images[0] as ReceivedImage), ...form }),
    );
  }
}
