import { applyDecorators } from '@nestjs/common';
import { ApiHeader, ApiResponse, type ApiResponseOptions } from '@nestjs/swagger';
import { FORMATS } from '../../../../imaging/domain/image-format.ts';
import { imageJobProblems } from '../../../domain/errors.ts';
import { attachment } from './attachment.ts';

const binary = { schema: { type: 'string' as const, format: 'binary' } };
const content = Object.fromEntries(Object.values(FORMATS).map(({ mediaType }) => [mediaType, binary]));

type Headers = NonNullable<ApiResponseOptions['headers']>;

function header(description: string, example: string): Headers[string] {
  return { description, schema: { type: 'string' }, example };
}

const DESCRIPTION: Headers = {
  ETag: header('Changes with the bytes', '"9f86d081884c7d65"'),
  'Repr-Digest': header('SHA-256 of the whole file', 'sha-256=:n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=:'),
  'Cache-Control': header(
    'How long the window is open as the answer begins; its own end may shorten it',
    'private, max-age=600',
  ),
  'Content-Disposition': header("The original's name with the result's extension", attachment('holiday.webp')),
  'Accept-Ranges': header('Ranges of bytes can be asked for', 'bytes'),
};

const ContentRange = header('Which bytes these are, of how many', 'bytes 0-1023/143210');

/** What a client must know of when a download counts, for the descriptions of routes. */
export const COUNTED_AT_ITS_END =
  'A download that is aborted does not count, unless the buffers on the way had taken all of it: up to 10 MB between two Linux hosts, any size behind a proxy that buffers answers.';

/** Why a download, or an archive, is not sent now. */
export const PLACE_PROBLEMS = [imageJobProblems.tooManyDownloads, imageJobProblems.downloadsFull];

/** Documents a download: its conditions, and its answers with bytes or without. */
export const Downloads = (): MethodDecorator =>
  applyDecorators(
    condition('Range', 'One range of bytes; several at once are ignored', 'bytes=1024-'),
    condition('If-Range', 'The `ETag` that the range belongs to; another one is answered with the whole', '"9f86d081"'),
    condition('If-None-Match', 'Tags that the client has; one that matches is answered with 304', '"9f86d081"'),
    ApiResponse({ status: 200, description: 'The whole file', headers: DESCRIPTION, content }),
    ApiResponse({
      status: 206,
      description: 'The range that was asked for',
      headers: { ...DESCRIPTION, 'Content-Range': ContentRange },
      content,
    }),
    ApiResponse({ status: 304, description: 'The client has it already', headers: DESCRIPTION }),
  );

function condition(name: string, description: string, example: string): MethodDecorator & ClassDecorator {
  return ApiHeader({ name, description, schema: { type: 'string' }, example });
}
