/** @import { ImageDto } from '../../image-jobs/infrastructure/http/image.dto.ts' */

const WARNINGS = /** @type {Record<string, string>} */ ({
  animation_flattened: 'Only the first frame was kept.',
  hdr_flattened: 'The picture is HDR; it was read as if it were not.',
  kept_original: 'Encoded anew it would have grown, so it is the original picture, without its metadata.',
  palette_skipped: 'The PNG was too large for a palette, so it is lossless.',
  proportions_changed: 'The picture was stretched: its proportions have changed.',
});

/** Why jobs fail, and what helps. */
const JOB_ERRORS = /** @type {Record<string, string>} */ ({
  image_truncated: 'The file ends before its last pixel. Choose the complete file.',
  image_corrupt: 'The pixels of this file cannot be read. Open it in an editor, and save it anew.',
  cannot_be_so_small: 'The file cannot be made so small. Allow more kB, or make the picture smaller first.',
  took_too_long: 'This took too long. Ask for a smaller result, or for fewer operations.',
  out_of_memory: 'This needs too much memory. Choose a smaller picture, or ask for a smaller result.',
  cannot_be_done: 'This cannot be done with this picture. Ask for other operations.',
  worker_crashed: 'This file crashes the decoder. Open it in an editor, and save it anew.',
  processing_failed: 'The work failed. Send the picture again.',
});

/** What to say of a warning. @param {ImageDto['warnings'][number]} warning */
export function warningWords({ code, detail }) {
  return WARNINGS[code] ?? detail;
}

/** Why a job, or one output of it, failed. @param {{ code: string, detail: string } | null} error */
export function failureWords(error) {
  return JOB_ERRORS[error?.code ?? ''] ?? `${error?.detail ?? 'The job failed'}.`;
}
