import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Caller } from '../../../../accounts/domain/caller.ts';
import { AnonymousToo, CurrentCaller } from '../../../../accounts/infrastructure/http/caller.decorators.ts';
import { Clock } from '../../../../shared/clock.ts';
import { ApiProblems } from '../../../../shared/http/api-problems.ts';
import { DownloadResult } from '../../../application/download-result.ts';
import { imageJobProblems } from '../../../domain/errors.ts';
import { safeFileName } from '../../../domain/file-name.ts';
import { NAME_PATTERN } from '../../../domain/output.ts';
import { ImageId } from '../image-id.ts';
import { answerArchive } from './archive-answer.ts';
import { Archives } from './archive-document.ts';
import { archiveOf } from './archive-of.ts';
import { answerDownload } from './download-answer.ts';
import { COUNTED_AT_ITS_END, Downloads, PLACE_PROBLEMS } from './download-document.ts';

/** The results of a job: the one that stands for it, each by itself, or all in one file. */
@ApiTags('Images')
@Controller('api/images/:id')
export class DownloadsController {
  constructor(
    private readonly downloads: DownloadResult,
    private readonly clock: Clock,
  ) {}

  @Get('download')
  @AnonymousToo({ scope: 'images:read', countedBy: 'download' })
  @ApiOperation({
    operationId: 'downloadImage',
    summary: 'The bytes of the result',
    description: `The file of the first output that succeeded, as an attachment, whole, in ranges, or 304; \`If-Match\` is not looked at. The first complete download shortens the time in which it can be downloaded again. ${COUNTED_AT_ITS_END} Counted apart from other requests.`,
  })
  @ImageId()
  @Downloads()
  @ApiProblems(
    imageJobProblems.imageNotFound,
    imageJobProblems.imageNotReady,
    imageJobProblems.imageExpired,
    imageJobProblems.rangeNotSatisfiable,
    ...PLACE_PROBLEMS,
  )
  async download(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const download = await this.downloads.execute(caller, id);
    await answerDownload(download, this.downloads, this.clock.now(), request, response);
  }

  @Get('outputs/:name/download')
  @AnonymousToo({ scope: 'images:read', countedBy: 'download' })
  @ApiOperation({
    operationId: 'downloadOutput',
    summary: 'The bytes of one output',
    description:
      'As the download of the image, for the output of this name. The first complete download of any output shortens the time in which all can be downloaded.',
  })
  @ImageId()
  @ApiParam({ name: 'name', schema: { type: 'string', pattern: NAME_PATTERN }, example: 'default' })
  @Downloads()
  @ApiProblems(
    imageJobProblems.imageNotFound,
    imageJobProblems.outputNotFound,
    imageJobProblems.imageNotReady,
    imageJobProblems.imageExpired,
    imageJobProblems.rangeNotSatisfiable,
    ...PLACE_PROBLEMS,
  )
  async downloadOutput(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Param('name') name: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const download = await this.downloads.execute(caller, id, name);
    await answerDownload(download, this.downloads, this.clock.now(), request, response);
  }

  @Get('archive')
  @AnonymousToo({ scope: 'images:read', countedBy: 'archive' })
  @ApiOperation({
    operationId: 'downloadOutputs',
    summary: 'All results of an image as one ZIP',
    description:
      'Streamed while the results are read, in the order asked for, called `<original>-<output>.<extension>`, or `<original>.<extension>` where `operations` came alone; outputs that failed are named in `missing.txt`. The first complete download, of this or of any output, shortens the time in which all can be downloaded. Counted as ten downloads.',
  })
  @ImageId()
  @Archives('holiday.zip')
  @ApiProblems(
    imageJobProblems.imageNotFound,
    imageJobProblems.imageNotReady,
    imageJobProblems.imageExpired,
    ...PLACE_PROBLEMS,
  )
  async archive(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const { job, downloads, missing } = await this.downloads.all(caller, id);
    const name = safeFileName({ original: job.name, extension: 'zip' });
    await answerArchive(archiveOf(name, caller, downloads, missing, this.downloads), request, response);
  }
}
