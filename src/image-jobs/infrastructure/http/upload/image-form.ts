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

  /** @throws what `PictureForm` throws */
  async receive(request: Request, caller: Caller): Promise<Upload> {
    const limits = { field: IMAGE, mostImages: 1, imagesBytes: caller.policy.fileBytes };
    const { images, refused: _none, ...form } = await this.form.receive(request, caller, limits);
    return { ...(images[0] as ReceivedImage), ...form };
  }
}
