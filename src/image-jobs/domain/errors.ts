import { Problem } from '../../shared/application-error.ts';

/** The problems of uploads, jobs and downloads. */
export const imageJobProblems = {
  imageNotFound: new Problem(
    'image_not_found',
    'not_found',
    'There is no such image',
    'No image job has this id, or it belongs to someone else, or its record is over.',
    'Check the id. Records of failed and expired jobs stay for 24 hours.',
  ),
  imageNotReady: new Problem(
    'image_not_ready',
    'conflict',
    'The image is not ready',
    'The job is still waiting or running, or it has failed, so there is nothing to download.',
    'Ask for the job at its `detail_url` until `status` is `completed`. If it is `failed`, its `error` says why.',
  ),
  imageExpired: new Problem(
    'image_expired',
    'gone',
    'The download window is over',
    'The result could be downloaded until `download_expires_at`, and is erased.',
    'Upload the image again. The first download shortens the window: keep what you have downloaded.',
  ),
  rangeNotSatisfiable: new Problem(
    'range_not_satisfiable',
    'range',
    'The range lies outside the file',
    'The `Range` header asks for bytes beyond the end of the result.',
    'Ask for a range within the size that `Content-Range` names, or for the whole file.',
  ),
  fileTooLarge: new Problem(
    'file_too_large',
    'too_large',
    'The file is too large',
    'The file is larger than the caller may send.',
    'Send a smaller file. Registering raises the limit; `/api/limits/` shows yours.',
  ),
  unsupportedFormat: new Problem(
    'unsupported_format',
    'unsupported',
    'The file is not a JPEG, PNG or WebP',
    'The bytes of the file show another format, whatever its name or declared type says.',
    'Convert the image to JPEG, PNG or WebP before you send it.',
  ),
  unreadableImage: new Problem(
    'unreadable_image',
    'unprocessable',
    'The header of the image cannot be read',
    'The file begins like a JPEG, PNG or WebP, but its header is damaged or cut off.',
    'Open the image in an editor and save it anew.',
  ),
  tooManyPixels: new Problem(
    'too_many_pixels',
    'unprocessable',
    'The image has too many pixels',
    'Width times height, over all frames, is more than the caller may send.',
    'Make the image smaller before you send it. Registering raises the limit; `/api/limits/` shows yours.',
  ),
  tooManyJobs: new Problem(
    'too_many_jobs',
    'too_many',
    'Too many jobs are waiting or running',
    'The caller has as many unfinished jobs as they may have at once.',
    'Wait until one of them is done, or delete one.',
  ),
  tooManyBytes: new Problem(
    'too_many_bytes',
    'too_many',
    'Too many bytes are kept',
    'The originals and results that are kept for the caller fill their space.',
    'Delete jobs that you have downloaded, or wait until their windows are over.',
  ),
  queueFull: new Problem(
    'queue_full',
    'unavailable',
    'The queue is full',
    'More jobs wait than the service takes at once.',
    'Try again after the seconds in `Retry-After`.',
  ),
  diskFull: new Problem(
    'disk_full',
    'unavailable',
    'The disk is nearly full',
    'There is not enough free space to take an upload.',
    'Try again after the seconds in `Retry-After`. The operator should free space.',
  ),
};
