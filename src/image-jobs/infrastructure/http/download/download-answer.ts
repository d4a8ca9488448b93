import type { Request, Response } from 'express';
import fresh from 'fresh';
import { FORMATS } from '../../../../imaging/domain/image-format.ts';
import { expectation } from '../../../../shared/expectation.ts';
import { whenOver } from '../../../../shared/http/when-over.ts';
import type { Download, DownloadResult } from '../../../application/download-result.ts';
import { imageJobProblems } from '../../../domain/errors.ts';
import type { ImageResult } from '../../../domain/output.ts';
import { assertDigest } from '../../files/digest.ts';
import { attachment } from './attachment.ts';
import { type ByteRange, byteRangeOf } from './byte-range.ts';
import { sendCounted, sendPart } from './counted-sending.ts';

/**
 * Answers with a result's bytes: whole, one range of them (RFC 9110, 14), or 304. The download counts when the last
 * bytes of the representation are sent, and just before them: a client that has them all sees its window shortened.
 * @throws range_not_satisfiable; too_many_downloads, downloads_full
 */
export async function answerDownload(
  download: Download,
  downloads: DownloadResult,
  now: Date,
  request: Request,
  response: Response,
): Promise<void> {
  const { job, output } = download;
  const { bytes: size, sha256 } = output.result;
  response.setHeader('ETag', `"${sha256}"`);
  // Asked of this header alone: `Cache-Control: no-cache`, which `fetch` adds by itself, would give the whole again.
  if (fresh({ 'if-none-match': request.headers['if-none-match'] }, { etag: `"${sha256}"` })) {
    describe(download, now, response);
    return void response.status(304).end();
  }
  const isHead = request.method === 'HEAD';
  // Ranges are defined for GET alone.
  const range = isHead ? undefined : rangeOf(request, output.result);
  const { start, end } = range ?? { start: 0, end: size - 1 };
  if (!isHead) whenOver(response, downloads.takePlace(download.caller));
  // Opened before anything is said of it: what cannot be read is a problem document.
  const bytes = isHead ? undefined : await downloads.read(download, { start, end });
  describe(download, now, response);
  response.status(range ? 206 : 200).setHeader('Content-Length', end - start + 1);
  if (range) response.setHeader('Content-Range', `bytes ${start}-${end}/${size}`);
  if (!bytes) return void response.end();
  if (end < size - 1) return sendPart(bytes, response);
  // The end of a whole file that is not the job's own is held back: its client sees that it is cut off.
  const passages = start === 0 ? [assertDigest(sha256, job.resultKey(output))] : [];
  await sendCounted(bytes, passages, () => downloads.finished(download), response);
}

function describe({ output: { result }, fileName, expiresAt }: Download, now: Date, response: Response): void {
  response.set({
    'Content-Type': FORMATS[result.format].mediaType,
    'Content-Disposition': attachment(fileName),
    'Accept-Ranges': 'bytes',
    'Repr-Digest': `sha-256=:${Buffer.from(result.sha256, 'hex').toString('base64')}:`,
    'Cache-Control': `private, max-age=${Math.floor((expiresAt.getTime() - now.getTime()) / 1000)}`,
    'X-Content-Type-Options': 'nosniff',
  });
}

/** The one range that is asked for; undefined asks for the whole. */
function rangeOf({ headers }: Request, { bytes: size, sha256 }: ImageResult): ByteRange | undefined {
  const condition = headers['if-range'];
  if (headers.range === undefined || (condition !== undefined && condition !== `"${sha256}"`)) return undefined;
  const range = byteRangeOf(headers.range, size);
  if (range === 'unsatisfiable') {
    const what = `a range within the ${size} bytes of the file`;
    throw imageJobProblems.rangeNotSatisfiable.error(expectation(what, 'Range', headers.range), {
      headers: { 'Content-Range': `bytes */${size}` },
    });
  }
  return range === 'whole' ? undefined : range;
}
