import { Controller, Get, Req, Res } from '@nestjs/common';
import { ApiExcludeController, type OpenAPIObject } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { stringify } from 'yaml';
import { Public } from '../../accounts/infrastructure/http/caller.decorators.ts';
import { expectation } from '../../shared/expectation.ts';
import { assertNoFaults, fault } from '../../shared/faults.ts';
import { ApiDocument } from '../api-document.ts';
import { Page } from '../pages/page.decorator.ts';
import { asOpenApi30 } from './openapi-30.ts';
import { REDOC_POLICY, redocPage } from './redoc-page.ts';
import { SWAGGER_POLICY, swaggerPage } from './swagger-page.ts';

const YAML = 'application/yaml';

/** The OpenAPI document, and Swagger UI and ReDoc that show it. */
@ApiExcludeController()
@Public()
@Controller('api')
export class DocumentsController {
  constructor(private readonly apiDocument: ApiDocument) {}

  @Get('schema')
  schema(@Req() request: Request, @Res() response: Response): void {
    const wantsYaml =
      request.query.format === 'yaml' || (request.query.format === undefined && request.accepts('json', YAML) === YAML);
    const document = this.inVersion(String(request.query.version ?? '3.1'));
    response.vary('Accept');
    response
      .type(wantsYaml ? YAML : 'application/json')
      .send(wantsYaml ? stringify(document) : JSON.stringify(document));
  }

  /** @throws validation_failed for a version that there is not */
  private inVersion(version: string): OpenAPIObject {
    const document = this.apiDocument.get();
    if (/^3\.1(\.\d+)?$/.test(version)) return document;
    const isOld = /^3\.0(\.\d+)?$/.test(version);
    if (!isOld) assertNoFaults([fault(['version'], 'invalid_value', expectation('3.0 or 3.1', 'version', version))]);
    return asOpenApi30(document);
  }

  @Get('docs')
  @Page(SWAGGER_POLICY)
  swagger(): string {
    return swaggerPage();
  }

  @Get('redoc')
  @Page(REDOC_POLICY)
  redoc(): string {
    return redocPage();
  }
}
