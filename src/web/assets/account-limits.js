import { find } from './dom.js';
import { showPairs } from './pairs.js';
import { duration, megapixels, size } from './words.js';

/** @import { LimitsDto } from '../../accounts/infrastructure/http/limits.dto.ts' */

/** What the account may do. @type {import('./account.js').Section} */
export async function showLimits(own) {
  const { limits } = await own;
  showPairs(find('#limits', HTMLElement), [
    ['Largest file', size(limits.file_bytes)],
    ['Operations in a request', String(limits.operations)],
    ['Quality', `${limits.quality_min}–${limits.quality_max}`],
    ['Largest original', megapixels(limits.source_pixels)],
    ['Requests a minute', String(limits.requests_per_minute)],
    ['Jobs at once', String(limits.active_jobs)],
    ['Images a month', monthly(limits)],
    ['Kept at once', size(limits.kept_bytes)],
    ['Download window', duration(limits.download_seconds)],
    ['After the first download', duration(limits.after_download_seconds)],
  ]);
}

/** @param {LimitsDto} limits */
function monthly({ images_per_month, images_this_month }) {
  if (images_per_month === null) return 'no limit';
  return `${(images_this_month ?? 0).toLocaleString('en')} of ${images_per_month.toLocaleString('en')} used`;
}
