import { Controller, Get, Param } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { SecuritySettings } from '../../accounts/infrastructure/accounts.settings.ts';
import { Public } from '../../accounts/infrastructure/http/caller.decorators.ts';
import { expectation } from '../../shared/expectation.ts';
import { requestProblems } from '../../shared/problems.ts';
import { OF_JOBS, OF_REQUESTS } from '../problem-list.ts';
import { Page } from './page.decorator.ts';
import { problemIndexPage, problemPage } from './problem-pages.ts';

/** The pages that the `type` of every problem leads to. */
@ApiExcludeController()
@Public()
@Controller('problems')
export class ProblemsController {
  constructor(private readonly security: SecuritySettings) {}

  @Get()
  @Page()
  index(): string {
    return problemIndexPage(OF_REQUESTS, OF_JOBS, this.security.registration === 'open');
  }

  @Get(':code')
  @Page()
  explain(@Param('code') code: string): string {
    const problem = [...OF_REQUESTS, ...OF_JOBS].find((one) => one.code === code);
    if (!problem) throw requestProblems.notFound.error(expectation('the code of a problem', 'code', code));
    return problemPage(problem, OF_JOBS.includes(problem), this.security.registration === 'open');
  }
}
