import { pipeline } from 'node:stream/promises';
import { create as contentDisposition } from 'content-disposition';
import type { Request, Response } from 'express';
import { secondsBetween } from '../../../shared/clock.ts';
import type { Download, DownloadResult } from '../../application/download-result.ts';
import { imageJobProblems } from '../../domain/errors.ts';
import { MEDIA_TYPES } from '../../domain/image-format.ts';
import type { ImageJob } from '../../domain/image-job.ts';

/**
 * Answers with a result's bytes: whole, one range of them (RFC 9110, 14), or 304. The download counts once the last byte
 * of the representation has been sent.
 * @throws range_not_satisfiable
 */
export async function answerDownload(
  download: Download,
  downloads: DownloadResult,
  now: Date,
  request: Request,
  response: Response,
): Promise<void> {
  const size = download.result.bytes;
  describe(download, now, response);
  if (request.fresh) return void response.status(304).end();
  const range = rangeOf(request, size, response.getHeader('ETag') as string);
  const { start, end } = range ?? { start: 0, end: size - 1 };
  response.status(range ? 206 : 200).setHeader('Content-Length', end - start + 1);
  if (range) response.setHeader('Content-Range', `bytes ${start}-${end}/${size}`);
  if (request.method === 'HEAD') return void response.end();
  const bytes = await downloads.read(download, { start, end });
  try {
    await pipeline(bytes, response);
  } catch (error) {
    // A client that hangs up is no fault; its download does not count.
    if (response.destroyed) return;
    throw error;
  }
  if (end === size - 1) await downloads.finished(download);
}

function describe({ job, result, expiresAt }: Download, now: Date, response: Response): void {
  response.set({
    'Content-Type': MEDIA_TYPES[result.format],
    'Content-Disposition': contentDisposition(downloadName(job)),
    'Accept-Ranges': 'bytes',
    ETag: `"${result.sha256}"`,
    'Repr-Digest': `sha-256=:${Buffer.from(result.sha256, 'hex').toString('base64')}:`,
    'Cache-Control': `private, max-age=${secondsBetween(now, expiresAt)}`,
    'X-Content-Type-Options': 'nosniff',
  });
}

/** The original's name with the result's extension. */
function downloadName({ name, result, sourceFormat }: ImageJob): string {
  const stem = name.replace(/\.[^.]*$/, '').trim();
  return `${stem === '' ? 'image' : stem}.${result?.format ?? sourceFormat}`;
}

/** The one range that is asked for; undefined asks for the whole, as do malformed and multiple ranges. */
function rangeOf(request: Request, size: number, etag: string): { start: number; end: number } | undefined {
  const condition = request.headers['if-range'];
  if (condition !== undefined && condition !== etag) return undefined;
  const ranges = request.range(size);
  if (ranges === undefined || ranges === -2) return undefined;
  if (ranges === -1) {
    const detail = `Expected a range within the ${size} bytes of the file, received ${request.headers.range?.slice(0, 64)}`;
    throw imageJobProblems.rangeNotSatisfiable.error(detail, { headers: { 'Content-Range': `bytes */${size}` } });
  }
  return ranges.type === 'bytes' && ranges.length === 1 ? ranges[0] : undefined;
}
