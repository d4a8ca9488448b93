import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiPropertyOptional, ApiSchema, ApiTags } from '@nestjs/swagger';
import { Public } from '../accounts/infrastructure/http/caller.decorators.ts';
import { ApiProblems } from '../shared/http/api-problems.ts';
import { requestProblems } from '../shared/problems.ts';
import { Readiness } from '../telemetry/readiness.ts';

@ApiSchema({ name: 'Health', description: 'The process, or every part of it, answers' })
class HealthDto {
  @ApiProperty({ enum: ['ok'] }) status: 'ok';
}

@ApiSchema({ name: 'Readiness' })
class ReadinessDto extends HealthDto {
  @ApiPropertyOptional({
    type: [String],
    description: 'Parts that do not answer, and without which the service serves all the same, with less',
    example: ['redis'],
  })
  degraded?: string[];
}

/** Is the process alive, and can it serve? For orchestrators; not counted. */
@ApiTags('Health')
@Public()
@Controller('health')
export class HealthController {
  constructor(private readonly readiness: Readiness) {}

  @Get('live')
  @ApiOperation({
    operationId: 'isLive',
    summary: 'The process runs',
    description: 'Asks nothing of database, storage or queue: while this answers, a restart would help nobody.',
  })
  @ApiOkResponse({ type: HealthDto })
  @ApiProblems()
  live(): HealthDto {
    return { status: 'ok' };
  }

  @Get('ready')
  @ApiOperation({
    operationId: 'isReady',
    summary: 'Database and storage answer',
    description:
      'Asks every part that is needed to serve; 503 while one of them does not answer, with its name in `detail`.',
  })
  @ApiOkResponse({ type: ReadinessDto })
  @ApiProblems()
  async ready(): Promise<ReadinessDto> {
    const missing = await this.readiness.missing();
    if (missing.length > 0) {
      throw requestProblems.unavailable.error(
        `Expected every part of the service to answer, found these that do not: ${missing.join(', ')}`,
        { retryAfter: 5, isLogged: true },
      );
    }
    const degraded = await this.readiness.degraded();
    return { status: 'ok', ...(degraded.length > 0 && { degraded }) };
  }
}
