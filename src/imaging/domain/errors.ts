import { type ApplicationError, Problem } from '../../shared/application-error.ts';

/** Why a picture is not taken, by its header: what requests are refused with, and files of a batch. */
export const pictureProblems = {
  unreadableImage: new Problem({
    code: 'unreadable_image',
    kind: 'unprocessable',
    title: 'The header of the image cannot be read',
    meaning: 'The file begins like a JPEG, PNG or WebP, but its header is damaged or cut off.',
    remedy: 'Open the image in an editor and save it anew.',
  }),
  unsupportedJpeg: new Problem({
    code: 'unsupported_jpeg',
    kind: 'unprocessable',
    title: 'The JPEG is of a kind that is not supported',
    meaning:
      'The file is a JPEG of 12 bits a channel, a lossless or a hierarchical one, or one that tells its height only at its end: decoders, browsers’ too, leave these out.',
    remedy: 'Open the image in an editor and save it as a baseline or progressive JPEG, or as PNG.',
  }),
  tooManyPixels: new Problem({
    code: 'too_many_pixels',
    kind: 'unprocessable',
    title: 'The image has too many pixels',
    meaning: 'Width times height, over all frames, is more than the caller may send.',
    remedy: 'Make the image smaller before you send it. Registering raises the limit; `/api/limits/` shows yours.',
  }),
};

/** Why work on a picture that was taken fails: codes of a job's `error`. */
export const workProblems = {
  imageTruncated: new Problem({
    code: 'image_truncated',
    kind: 'unprocessable',
    title: 'The image is cut off',
    meaning: 'The file ends before its last pixel: the upload or an earlier download of it was cut.',
    remedy: 'Send the complete file.',
  }),
  imageCorrupt: new Problem({
    code: 'image_corrupt',
    kind: 'unprocessable',
    title: 'The image is damaged',
    meaning: 'The header could be read, but the pixels cannot be decoded.',
    remedy: 'Open the image in an editor and save it anew.',
  }),
  cannotBeSoSmall: new Problem({
    code: 'cannot_be_so_small',
    kind: 'unprocessable',
    title: 'The picture cannot be made so small',
    meaning: 'Even at the least quality that the caller may ask for, the file has more than `max_bytes`.',
    remedy:
      'Make the picture smaller before it is compressed, allow more bytes, or ask for a format that needs fewer. `error.detail` says how small it became.',
  }),
  tookTooLong: new Problem({
    code: 'took_too_long',
    kind: 'unprocessable',
    title: 'The job took too long',
    meaning: 'The work did not end within its deadline.',
    remedy: 'Ask for a smaller result, or for fewer operations.',
  }),
  outOfMemory: new Problem({
    code: 'out_of_memory',
    kind: 'unprocessable',
    title: 'The job needs too much memory',
    meaning: 'The work needed more memory than one job may have.',
    remedy: 'Send a smaller image, or ask for a smaller result.',
  }),
  cannotBeDone: new Problem({
    code: 'cannot_be_done',
    kind: 'internal',
    title: 'The work cannot be done',
    meaning: 'The image can be read, but what was asked for cannot be done with it, and could not another time either.',
    remedy: 'Ask for other operations, and tell the operator the id of the job: it should have been refused before.',
  }),
  workerCrashed: new Problem({
    code: 'worker_crashed',
    kind: 'unprocessable',
    title: 'The image crashes the decoder',
    meaning: 'The process that worked on the image ended twice without a result.',
    remedy: 'Open the image in an editor and save it anew.',
  }),
  processingFailed: new Problem({
    code: 'processing_failed',
    kind: 'internal',
    title: 'The work failed',
    meaning: 'The work failed several times for a reason that is not in the image.',
    remedy: 'Send the image again later. If it happens again, tell the operator the id of the job.',
  }),
};

/** The service itself has ended the work, since it stops: nothing is known against anybody. */
export class WorkInterrupted extends Error {
  override readonly name = 'WorkInterrupted';

  constructor(cause: unknown) {
    super('The service stopped before the work had ended', { cause });
  }
}

/** What becomes of a job whose work has failed. */
export type FailureKind =
  /** The image or the request is at fault, or a limit was hit: final at once. */
  | 'final'
  /** The worker died on it: final the second time. */
  | 'crash'
  /** Nothing is known against the image: tried again, at most 3 times in all. */
  | 'transient'
  /** The service itself ended it: tried again, as if it had not been tried. */
  | 'interrupted';

/** What is known of work that failed; undefined for what has no place here, e.g. a store that does not answer. */
export function workFailure(error: unknown): ApplicationError | undefined {
  return Object.values(workProblems).some((problem) => problem.matches(error))
    ? (error as ApplicationError)
    : undefined;
}

/** What becomes of a job whose work has failed so. */
export function failureKindOf(error: unknown): FailureKind {
  if (error instanceof WorkInterrupted) return 'interrupted';
  const problem = workFailure(error)?.problem;
  if (problem === undefined || problem === workProblems.processingFailed) return 'transient';
  return problem === workProblems.workerCrashed ? 'crash' : 'final';
}
