import { Controller, Get, Header, Param } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { accountProblems } from '../accounts/domain/errors.ts';
import { Public } from '../accounts/infrastructure/http/caller.decorators.ts';
import { imageJobProblems } from '../image-jobs/domain/errors.ts';
import { processingProblems } from '../processing/domain/errors.ts';
import type { Problem } from '../shared/application-error.ts';
import { expectation } from '../shared/expectation.ts';
import { STATUS_OF } from '../shared/http/problem-document.ts';
import { requestProblems } from '../shared/problems.ts';
import { escaped, PAGE_POLICY, page, prose } from './page.ts';

const OF_REQUESTS: Problem[] = Object.values({ ...requestProblems, ...accountProblems, ...imageJobProblems });
const OF_JOBS: Problem[] = Object.values(processingProblems);

/** The pages that the `type` of every problem leads to. */
@ApiExcludeController()
@Public()
@Controller('problems')
export class ProblemsController {
  @Get()
  @Header('Content-Type', 'text/html; charset=utf-8')
  @Header('Content-Security-Policy', PAGE_POLICY)
  index(): string {
    const item = ({ code, title }: Problem) =>
      `<li><a href="/problems/${code}/"><code>${code}</code></a>: ${escaped(title)}</li>`;
    const list = (problems: Problem[]) => `<ul>${problems.map(item).join('\n')}</ul>`;
    return page('Problems', `<h2>Answers to requests</h2>${list(OF_REQUESTS)}<h2>Why jobs fail</h2>${list(OF_JOBS)}`);
  }

  @Get(':code')
  @Header('Content-Type', 'text/html; charset=utf-8')
  @Header('Content-Security-Policy', PAGE_POLICY)
  explain(@Param('code') code: string): string {
    const problem = [...OF_REQUESTS, ...OF_JOBS].find((one) => one.code === code);
    if (!problem) throw requestProblems.notFound.error(expectation('the code of a problem', 'code', code));
    const where = OF_JOBS.includes(problem)
      ? 'In the <code>error</code> of a failed job'
      : `HTTP ${STATUS_OF[problem.kind]}`;
    const body = `<p>${where}, <code>${problem.code}</code></p>
<h2>What happened</h2><p>${prose(problem.meaning)}</p>
<h2>How to get past it</h2><p>${prose(problem.remedy)}</p>
<p><a href="/problems/">All problems</a></p>`;
    return page(problem.title, body);
  }
}
