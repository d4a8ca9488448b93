import { Controller, Get, Req, Res } from '@nestjs/common';
import { ApiExcludeController, type OpenAPIObject } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { stringify } from 'yaml';
import { Public } from '../../accounts/infrastructure/http/caller.decorators.ts';
import { Page } from '../pages/page.decorator.ts';
import { ApiDocument } from './api-document.ts';
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
    const document: OpenAPIObject = this.apiDocument.get();
    response.vary('Accept');
    response
      .type(wantsYaml ? YAML : 'application/json')
      .send(wantsYaml ? stringify(document) : JSON.stringify(document));
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
