import { Problem } from '../../shared/application-error.ts';
import { REMEMBERED_HOURS } from './idempotency-claim.ts';
import { MOST_PRESETS } from './preset.ts';

/** The problems of uploads, jobs and downloads. */
export const imageJobProblems = {
  imageNotFound: new Problem({
    code: 'image_not_found',
    kind: 'not_found',
    title: 'There is no such image',
    meaning: 'No image job has this id, or it belongs to someone else, or its record is over.',
    remedy: 'Check the id. Records of failed and expired jobs stay only as long as the operator lets them.',
  }),
  outputNotFound: new Problem({
    code: 'output_not_found',
    kind: 'not_found',
    title: 'The image has no such output',
    meaning: 'The image is there, but none of its outputs has this name.',
    remedy: 'Take the name, or the `download_url`, from `outputs` of the image.',
  }),
  presetNotFound: new Problem({
    code: 'preset_not_found',
    kind: 'not_found',
    title: 'There is no such preset',
    meaning: 'The account has no preset of this name.',
    remedy: 'Check the name: `GET /api/presets/` lists those that there are.',
  }),
  tooManyPresets: new Problem({
    code: 'too_many_presets',
    kind: 'conflict',
    title: 'The account has as many presets as it may',
    meaning: `An account may have ${MOST_PRESETS} presets.`,
    remedy: 'Delete one that is not used, or change it.',
  }),
  imageNotReady: new Problem({
    code: 'image_not_ready',
    kind: 'conflict',
    title: 'The image is not ready',
    meaning:
      'The job is still waiting or running, or it or the output that is asked for has failed, so there is nothing to download.',
    remedy:
      'Ask for the job at its `detail_url` until `status` is `completed`. If it is `failed`, its `error` says why.',
  }),
  idempotencyKeyInFlight: new Problem({
    code: 'idempotency_key_in_flight',
    kind: 'conflict',
    title: 'The first request with this key is not answered yet',
    meaning: 'Another request with the same `Idempotency-Key` is under way.',
    remedy: 'Send the request again after the seconds in `Retry-After`: it is then answered with the job of the first.',
    passes: true,
  }),
  idempotencyKeyReused: new Problem({
    code: 'idempotency_key_reused',
    kind: 'unprocessable',
    title: 'The key belongs to another request',
    meaning: `The \`Idempotency-Key\` was used within the last ${REMEMBERED_HOURS} hours, with another file or other operations.`,
    remedy: 'Make a new key for each upload, and keep it for the retries of that upload alone.',
  }),
  imageExpired: new Problem({
    code: 'image_expired',
    kind: 'gone',
    title: 'The download window is over',
    meaning: 'The result could be downloaded until `download_expires_at`, and is erased.',
    remedy: 'Upload the image again. The first download shortens the window: keep what you have downloaded.',
  }),
  rangeNotSatisfiable: new Problem({
    code: 'range_not_satisfiable',
    kind: 'range',
    title: 'The range lies outside the file',
    meaning: 'The `Range` header asks for bytes beyond the end of the result.',
    remedy: 'Ask for a range within the size that `Content-Range` names, or for the whole file.',
  }),
  fileTooLarge: new Problem({
    code: 'file_too_large',
    kind: 'too_large',
    title: 'The file is too large',
    meaning: 'The file is larger than the caller may send.',
    remedy: 'Send a smaller file. Registering raises the limit; `/api/limits/` shows yours.',
  }),
  batchNotFound: new Problem({
    code: 'batch_not_found',
    kind: 'not_found',
    title: 'There is no such batch',
    meaning: 'No batch has this id, or it belongs to someone else, or the records of all its images are over.',
    remedy: 'Check the id. The record of a batch lives as long as that of its last image.',
  }),
  batchNotReady: new Problem({
    code: 'batch_not_ready',
    kind: 'conflict',
    title: 'The batch is not ready',
    meaning: 'Some of its jobs are still waiting or running, or all of them have failed, so there is no archive.',
    remedy:
      'Ask for the batch at its `detail_url` until `status` is `completed`, and for the archive when `archive_url` is not null.',
  }),
  batchTooLarge: new Problem({
    code: 'batch_too_large',
    kind: 'too_large',
    title: 'The batch is too large',
    meaning: 'The files together are larger than one batch may be.',
    remedy: 'Send the files in several batches.',
  }),
  unsupportedFormat: new Problem({
    code: 'unsupported_format',
    kind: 'unsupported',
    title: 'The file is not a JPEG, PNG or WebP',
    meaning: 'The bytes of the file show another format, whatever its name or declared type says.',
    remedy: 'Convert the image to JPEG, PNG or WebP before you send it.',
  }),
  tooManyJobs: new Problem({
    code: 'too_many_jobs',
    kind: 'too_many',
    title: 'Too many jobs are waiting or running',
    meaning: 'The caller has as many unfinished jobs as they may have at once.',
    remedy: 'Wait until one of them is done, or delete one.',
  }),
  tooManyBytes: new Problem({
    code: 'too_many_bytes',
    kind: 'too_many',
    title: 'Too many bytes are kept',
    meaning: 'The originals and results that are kept for the caller fill their space.',
    remedy: 'Delete jobs that you have downloaded, or wait until their windows are over.',
  }),
  monthlyLimit: new Problem({
    code: 'monthly_limit',
    kind: 'too_many',
    title: "The month's images are used up",
    meaning:
      'The caller has had as many images accepted in this calendar month, in UTC, as they may. An image counts when it is accepted, whatever becomes of it.',
    remedy: 'Wait until the month begins anew, on the day that the message names, or ask the operator for more.',
  }),
  tooManyStreams: new Problem({
    code: 'too_many_streams',
    kind: 'too_many',
    title: 'Too many event streams are open',
    meaning: 'The caller has as many event streams open as they may have at once.',
    remedy: 'Close one of them, or ask for the image itself.',
  }),
  streamsFull: new Problem({
    code: 'streams_full',
    kind: 'unavailable',
    title: 'No event stream is left',
    meaning: 'As many event streams are open as the service holds at once.',
    remedy: 'Ask for the image itself, or try again after the seconds in `Retry-After`.',
  }),
  tooManyUploads: new Problem({
    code: 'too_many_uploads',
    kind: 'too_many',
    title: 'Too many uploads are under way',
    meaning:
      'As many uploads of the caller are coming in as may be at once; a batch is one. Nothing of this one was read.',
    remedy: 'Let those that are under way end, or end them, then send this one again.',
  }),
  uploadsFull: new Problem({
    code: 'uploads_full',
    kind: 'unavailable',
    title: 'No more uploads can be taken',
    meaning: 'As many uploads are coming in as the service takes at once. Nothing of this one was read.',
    remedy: 'Try again after the seconds in `Retry-After`.',
  }),
  tooManyDownloads: new Problem({
    code: 'too_many_downloads',
    kind: 'too_many',
    title: 'Too many downloads are under way',
    meaning: 'As many downloads of the caller are being sent as may be at once.',
    remedy: 'Read to the end, or close, those that are under way, then ask again.',
  }),
  downloadsFull: new Problem({
    code: 'downloads_full',
    kind: 'unavailable',
    title: 'No more downloads can be sent',
    meaning: 'As many downloads are being sent as the service sends at once.',
    remedy: 'Try again after the seconds in `Retry-After`.',
  }),
  queueFull: new Problem({
    code: 'queue_full',
    kind: 'unavailable',
    title: 'The queue is full',
    meaning: 'More jobs wait than the service takes at once.',
    remedy: 'Try again after the seconds in `Retry-After`.',
  }),
  diskFull: new Problem({
    code: 'disk_full',
    kind: 'unavailable',
    title: 'The disk is nearly full',
    meaning: 'There is not enough free space to take an upload.',
    remedy: 'Try again after the seconds in `Retry-After`. The operator should free space.',
  }),
};
