import { Controller, Get, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { stringify } from 'yaml';
import { SecuritySettings } from '../../accounts/infrastructure/accounts.settings.ts';
import { Public } from '../../accounts/infrastructure/http/caller.decorators.ts';
import { expectation } from '../../shared/expectation.ts';
import { assertNoFaults, fault } from '../../shared/faults.ts';
import { ApiDocument } from '../api-document.ts';
import { Page } from '../pages/page.decorator.ts';
import { asOpenApi30 } from './openapi-30.ts';
import { REDOC_POLICY, redocPage } from './redoc-page.ts';
import { SWAGGER_POLICY, swaggerPage } from './swagger-page.ts';

const YAML = 'application/yaml';

type Version = '3.0' | '3.1';

/** The OpenAPI document, and Swagger UI and ReDoc that show it. */
@ApiExcludeController()
@Public()
@Controller('api')
export class DocumentsController {
  /**
   * By version and kind. To write one takes up to a tenth of a second, in which nobody else is answered; as bytes one is the
   * same for all, however many take it slowly.
   */
  private readonly texts = new Map<string, Buffer>();

  constructor(
    private readonly apiDocument: ApiDocument,
    private readonly security: SecuritySettings,
  ) {}

  @Get('schema')
  schema(@Req() request: Request, @Res() response: Response): void {
    const wantsYaml =
      request.query.format === 'yaml' || (request.query.format === undefined && request.accepts('json', YAML) === YAML);
    const text = this.textOf(versionOf(String(request.query.version ?? '3.1')), wantsYaml ? 'yaml' : 'json');
    response.vary('Accept');
    response.type(`${wantsYaml ? YAML : 'application/json'}; charset=utf-8`).send(text);
  }

  @Get('docs')
  @Page(SWAGGER_POLICY)
  swagger(): string {
    return swaggerPage(this.security.registration === 'open');
  }

  @Get('redoc')
  @Page(REDOC_POLICY)
  redoc(): string {
    return redocPage(this.security.registration === 'open');
  }

  private textOf(version: Version, kind: 'yaml' | 'json'): Buffer {
    const name = `${version} ${kind}`;
    const known = this.texts.get(name);
    if (known !== undefined) return known;
    const document = version === '3.1' ? this.apiDocument.get() : asOpenApi30(this.apiDocument.get());
    const text = Buffer.from(kind === 'yaml' ? stringify(document) : JSON.stringify(document));
    this.texts.set(name, text);
    return text;
  }
}

/** The version that is asked for. @throws validation_failed for one that there is not */
function versionOf(asked: string): Version {
  const [, version] = /^(3\.[01])(?:\.\d+)?$/.exec(asked) ?? [];
  if (version === undefined)
    assertNoFaults([fault(['version'], 'invalid_value', expectation('3.0 or 3.1', 'version', asked))]);
  return version as Version;
}
