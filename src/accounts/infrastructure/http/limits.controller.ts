import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../../../shared/http/api-problems.ts';
import { MonthlyUse } from '../../application/monthly-use.ts';
import { Caller } from '../../domain/caller.ts';
import { ThrottleSettings } from '../accounts.settings.ts';
import { AnonymousToo, CurrentCaller } from './caller.decorators.ts';
import { LimitsDto } from './limits.dto.ts';

/** What the caller may do. */
@ApiTags('Limits')
@Controller('api/limits')
export class LimitsController {
  constructor(
    private readonly throttle: ThrottleSettings,
    private readonly monthlyUse: MonthlyUse,
  ) {}

  @Get()
  @AnonymousToo({ scope: 'any', countedBy: 'nobody' })
  @ApiOperation({
    operationId: 'getLimits',
    summary: 'What you may do',
    description: 'Sizes in bytes, times in seconds. Not counted.',
  })
  @ApiOkResponse({ type: LimitsDto })
  @ApiProblems()
  async show(@CurrentCaller() caller: Caller): Promise<LimitsDto> {
    return LimitsDto.of(caller, this.throttle, await this.monthlyUse.execute(caller));
  }
}
