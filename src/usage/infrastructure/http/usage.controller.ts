import { Controller, Get, Req } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { AccountsOnly, CurrentAccount } from '../../../accounts/infrastructure/http/caller.decorators.ts';
import { Clock } from '../../../shared/clock.ts';
import { ApiProblems } from '../../../shared/http/api-problems.ts';
import { requestProblems } from '../../../shared/problems.ts';
import { GROUPINGS } from '../../application/ports.ts';
import { ShowUsage } from '../../application/show-usage.ts';
import { DEFAULT_DAYS, KEPT_DAYS } from '../../domain/usage-entry.ts';
import { UsageReportDto } from './usage.dto.ts';
import { parseUsageQuery } from './usage-query.ts';

const { validationFailed } = requestProblems;

const day = { type: 'string' as const, format: 'date' };

/** What the account has used. */
@ApiTags('Usage')
@Controller('api/usage')
export class UsageController {
  constructor(
    private readonly showUsage: ShowUsage,
    private readonly clock: Clock,
  ) {}

  @Get()
  @AccountsOnly({ scope: 'usage:read' })
  @ApiOperation({
    operationId: 'getUsage',
    summary: 'What your images came to',
    description: `By day, API key or operation, and in all. An image counts on the day in UTC on which its job ended, failed or not, and stays counted when it is deleted. Groups by operation overlap: an image counts with each operation that it asked for, and with none if it asked for none. Days are kept for ${KEPT_DAYS} days.`,
  })
  @ApiQuery({
    name: 'from',
    required: false,
    description: `First day; left out, ${DEFAULT_DAYS} days are told of. At most ${KEPT_DAYS} days`,
    schema: day,
  })
  @ApiQuery({ name: 'to', required: false, description: 'Last day; left out, today', schema: day })
  @ApiQuery({ name: 'group_by', required: false, schema: { type: 'string', enum: [...GROUPINGS], default: 'day' } })
  @ApiOkResponse({ type: UsageReportDto })
  @ApiProblems(validationFailed)
  async show(@CurrentAccount() accountId: string, @Req() request: Request): Promise<UsageReportDto> {
    const { by, ...range } = parseUsageQuery(request, this.clock.now());
    return UsageReportDto.of(await this.showUsage.execute(accountId, range, by), by);
  }
}
