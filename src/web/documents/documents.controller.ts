import { Controller, Get, Header, Req, Res } from '@nestjs/common';
import { ApiExcludeController, type OpenAPIObject } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { stringify } from 'yaml';
import { Public } from '../../accounts/infrastructure/http/caller.decorators.ts';
import { ApiDocument } from './api-document.ts';
import { REDOC_POLICY, redocPage } from './redoc-page.ts';

const YAML = 'application/yaml';

/** The OpenAPI document, and ReDoc that shows it; Swagger UI is mounted by the framework. */
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

  @Get('redoc')
  @Header('Content-Type', 'text/html; charset=utf-8')
  @Header('Content-Security-Policy', REDOC_POLICY)
  redoc(): string {
    return redocPage();
  }
}
