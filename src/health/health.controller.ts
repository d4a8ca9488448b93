import { EntityManager } from '@mikro-orm/core';
import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiSchema, ApiTags } from '@nestjs/swagger';
import { HealthCheckService, HealthIndicatorService } from '@nestjs/terminus';
import { Public } from '../accounts/infrastructure/http/caller.decorators.ts';
import { FileStore } from '../image-jobs/application/ports.ts';
import { ApiProblems } from '../shared/http/api-problems.ts';
import { TaskQueue } from '../shared/task-queue.ts';

@ApiSchema({ name: 'Health' })
class HealthDto {
  @ApiProperty({ enum: ['ok'] }) status: 'ok';
}

/** Is the process alive, and can it serve? For orchestrators; not counted. */
@ApiTags('Health')
@Public()
@Controller('health')
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    private readonly em: EntityManager,
    private readonly files: FileStore,
    private readonly queue: TaskQueue,
  ) {}

  @Get('live')
  @ApiOperation({ operationId: 'isLive', summary: 'The process runs' })
  @ApiOkResponse({ type: HealthDto })
  @ApiProblems()
  live(): HealthDto {
    return { status: 'ok' };
  }

  @Get('ready')
  @ApiOperation({ operationId: 'isReady', summary: 'Database, storage and queue answer' })
  @ApiOkResponse({ type: HealthDto })
  @ApiProblems()
  async ready(): Promise<HealthDto> {
    await this.health.check([
      () => this.part('database', () => this.em.fork().getConnection().execute('select 1')),
      () => this.part('storage', () => this.files.check()),
      () => this.part('queue', () => this.queue.check()),
    ]);
    return { status: 'ok' };
  }

  private async part(name: string, check: () => Promise<unknown>) {
    const indicator = this.indicators.check(name);
    try {
      await check();
      return indicator.up();
    } catch {
      return indicator.down();
    }
  }
}
