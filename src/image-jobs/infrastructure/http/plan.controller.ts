import { All, Controller, HttpCode, NotFoundException, Post } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Caller } from '../../../accounts/domain/caller.ts';
import { AnonymousToo, CurrentCaller } from '../../../accounts/infrastructure/http/caller.decorators.ts';
import { pictureProblems } from '../../../imaging/domain/errors.ts';
import { ApiProblems, BODY_PROBLEMS } from '../../../shared/http/api-problems.ts';
import { checked } from '../../../shared/http/checked.ts';
import { PartlyChecked, PartlyCheckedBody } from '../../../shared/http/checked-body.pipe.ts';
import { PlanOutputs } from '../../application/plan-outputs.ts';
import { imageJobProblems } from '../../domain/errors.ts';
import { PlanDto, PlannedSourceDto, PlanRequestDto } from './plan.dto.ts';
import { tooLarge } from './upload/inspection.ts';
import { WantedReader } from './wanted/wanted-reader.ts';

/** What an upload would give. */
@ApiTags('Images')
@Controller('api/images/plan')
export class PlanController {
  constructor(
    private readonly wantedReader: WantedReader,
    private readonly planOutputs: PlanOutputs,
  ) {}

  @Post()
  @AnonymousToo({ scope: 'images:write' })
  @HttpCode(200)
  @ApiOperation({
    operationId: 'planImage',
    summary: 'What an upload would give, without uploading',
    description:
      'Takes what is known of a picture and what is wanted of it, and answers with sizes, formats and warnings, or with the very refusal that the upload would get. Nothing is stored.',
  })
  @ApiOkResponse({ type: PlanDto })
  @ApiProblems(...BODY_PROBLEMS, imageJobProblems.fileTooLarge, pictureProblems.tooManyPixels)
  async plan(
    @CurrentCaller() caller: Caller,
    @PartlyChecked(PlanRequestDto) body: PartlyCheckedBody<PlanRequestDto>,
  ): Promise<PlanDto> {
    const { source, ...members } = body.sound;
    const { value: facts, faults } = checked(PlannedSourceDto, source, ['source'], 'source');
    const { wanted, faults: others } = await this.wantedReader.in(members, caller);
    body.whole([...faults, ...others]);
    const { limitOwner, policy } = caller;
    const { format, width, height, frames = 1, bytes = 0 } = facts;
    if (bytes > policy.fileBytes)
      throw tooLarge({ fileBytes: policy.fileBytes, limitOwner }, 'source', `one of ${bytes} bytes`);
    return PlanDto.of(await this.planOutputs.execute(caller, { format, width, height, frames }, wanted));
  }

  /** Another method here is not one of an image whose id would be `plan`. */
  @All()
  @AnonymousToo({ scope: 'images:write' })
  @ApiExcludeEndpoint()
  otherwise(): never {
    throw new NotFoundException();
  }
}
