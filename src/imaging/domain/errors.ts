import { Problem } from '../../shared/application-error.ts';

/** What is wrong with pictures, and why jobs fail: codes of answers and of a job's `error`. */
export const imagingProblems = {
  unreadableImage: new Problem(
    'unreadable_image',
    'unprocessable',
    'The header of the image cannot be read',
    'The file begins like a JPEG, PNG or WebP, but its header is damaged or cut off.',
    'Open the image in an editor and save it anew.',
  ),
  unsupportedJpeg: new Problem(
    'unsupported_jpeg',
    'unprocessable',
    'The JPEG is of a kind that is not supported',
    'The file is a JPEG of 12 bits a channel, a lossless or a hierarchical one, or one that tells its height only at its end: decoders, browsers’ too, leave these out.',
    'Open the image in an editor and save it as a baseline or progressive JPEG, or as PNG.',
  ),
  tooManyPixels: new Problem(
    'too_many_pixels',
    'unprocessable',
    'The image has too many pixels',
    'Width times height, over all frames, is more than the caller may send.',
    'Make the image smaller before you send it. Registering raises the limit; `/api/limits/` shows yours.',
  ),
  imageTruncated: new Problem(
    'image_truncated',
    'unprocessable',
    'The image is cut off',
    'The file ends before its last pixel: the upload or an earlier download of it was cut.',
    'Send the complete file.',
  ),
  imageCorrupt: new Problem(
    'image_corrupt',
    'unprocessable',
    'The image is damaged',
    'The header could be read, but the pixels cannot be decoded.',
    'Open the image in an editor and save it anew.',
  ),
  tookTooLong: new Problem(
    'took_too_long',
    'unprocessable',
    'The job took too long',
    'The work did not end within its deadline.',
    'Ask for a smaller result, or for fewer operations.',
  ),
  outOfMemory: new Problem(
    'out_of_memory',
    'unprocessable',
    'The job needs too much memory',
    'The work needed more memory than one job may have.',
    'Send a smaller image, or ask for a smaller result.',
  ),
  workerCrashed: new Problem(
    'worker_crashed',
    'unprocessable',
    'The image crashes the decoder',
    'The process that worked on the image ended twice without a result.',
    'Open the image in an editor and save it anew.',
  ),
  processingFailed: new Problem(
    'processing_failed',
    'internal',
    'The work failed',
    'The work failed several times for a reason that is not in the image.',
    'Send the image again later. If it happens again, tell the operator the id of the job.',
  ),
};

/** What becomes of a job whose work has failed. */
export type FailureKind =
  /** The image or the request is at fault, or a limit was hit: final at once. */
  | 'final'
  /** The worker died on it: final the second time. */
  | 'crash'
  /** Nothing is known against the image: tried again, at most 3 times in all. */
  | 'transient';

/** A piece of work that failed; `detail` is a sentence for the client. */
export class ProcessingError extends Error {
  constructor(
    readonly problem: Problem,
    readonly kind: FailureKind,
    readonly detail: string,
    options?: ErrorOptions,
  ) {
    super(detail, options);
    this.name = 'ProcessingError';
  }
}
