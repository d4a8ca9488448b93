import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { SCOPE_NAMES, SCOPES } from '../../accounts/domain/scope.ts';
import { UTMOST_LIMITS } from '../../accounts/infrastructure/accounts.settings.ts';
import { KEY_SECURITY } from '../../accounts/infrastructure/http/caller.decorators.ts';
import { operationSchemas } from '../../imaging/operations/operation-schemas.ts';
import type { Settings } from '../../settings/settings.ts';
import { FaultDto, ProblemDto } from '../../shared/http/api-problems.ts';
import { withOptionalBodies } from './openapi-bodies.ts';
import { withCodes } from './openapi-codes.ts';
import { COMMON_HEADERS, withCommonHeaders } from './openapi-headers.ts';
import { withSamples } from './openapi-samples.ts';

const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../../package.json'), 'utf8')) as {
  version: string;
};

const LICENSE = { name: 'All rights reserved', identifier: 'LicenseRef-All-rights-reserved' };

const SCOPE_LIST = `Scopes: ${SCOPE_NAMES.map((name) => `\`${name}\` (${SCOPES[name]})`).join(', ')}.`;

/** The OpenAPI 3.1 document of the application's routes. */
export function openApiDocument(app: INestApplication, settings: Settings): OpenAPIObject {
  const { policies, http } = settings;
  const address = (http.publicUrl ?? `http://127.0.0.1:${http.port}`).replace(/\/+$/, '');
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('ImagePro API')
    .setDescription(descriptionOf(settings))
    .setVersion(version)
    .addTag('Images', 'Uploads, jobs and downloads')
    .addTag('Batches', 'Many uploads in one request, and their results in one file')
    .addTag('Presets', 'What an account wants of its pictures again and again')
    .addTag('Accounts', 'Registration, sessions and passwords')
    .addTag('Webhooks', 'Who is told of what happens to images')
    .addTag('Usage', 'What the images of an account came to')
    .addTag('Limits', 'What a caller may do')
    .addTag('Health', 'For orchestrators')
    .addBearerAuth()
    .addSecurity(KEY_SECURITY, {
      type: 'http',
      scheme: 'bearer',
      bearerFormat: 'ipk_…',
      description: `An API key of \`POST /accounts/keys/\`, with the scope that the route names. ${SCOPE_LIST}`,
    })
    .build();
  const document = SwaggerModule.createDocument(app, config, { extraModels: [ProblemDto, FaultDto] });
  const paths = Object.entries(document.paths).map(([path, item]) => [documentedPath(path), item]);
  const operations = operationSchemas({ ...policies, utmost: UTMOST_LIMITS });
  const schemas = withCodes({ ...document.components?.schemas, ...operations });
  return {
    ...document,
    info: { ...document.info, contact: { name: 'The operator of this service', url: `${address}/` }, license: LICENSE },
    servers: [http.publicUrl ? { url: address } : serverAt(address)],
    paths: withSamples(withCommonHeaders(withOptionalBodies(Object.fromEntries(paths), schemas)), address),
    components: { ...document.components, headers: COMMON_HEADERS, schemas },
  };
}

/** What the service is, and which of what the document has its operator has switched off. */
function descriptionOf({ security, webhooks }: Settings): string {
  const others =
    security.anonymous === 'on' ? '; all others are anonymous, within tighter limits (`GET /api/limits/`)' : '';
  return [
    'Upload a JPEG, PNG or WebP with a list of operations, follow the job, and download the result before it expires.',
    `Callers with an account send \`Authorization: Bearer <access>\`, their programs an API key in its place${others}. Errors are problem documents (RFC 9457) with a stable \`code\`.`,
    ...(security.anonymous === 'off' ? ['On this server every request for images needs an account.'] : []),
    ...(security.registration === 'closed'
      ? ['On this server registration is closed: its operator makes the accounts.']
      : []),
    ...(webhooks.enabled === 'off' ? ['On this server webhooks are off: their routes answer `webhooks_off`.'] : []),
  ].join('\n\n');
}

/** Without PUBLIC_URL only the operator knows where clients find the service. */
function serverAt(address: string) {
  return {
    url: '{address}',
    description: 'Where the service listens',
    variables: { address: { default: address, description: 'Scheme, host and port' } },
  };
}

/** Every documented path ends in a slash, those of health excepted. */
function documentedPath(path: string): string {
  return path.startsWith('/health/') || path.endsWith('/') ? path : `${path}/`;
}
