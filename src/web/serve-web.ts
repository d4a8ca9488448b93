import type { NestExpressApplication } from '@nestjs/platform-express';
import { type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import compression from 'compression';
import type { NextFunction, Request, Response } from 'express';
import onHeaders from 'on-headers';
import { ASSET_FOLDERS, ASSETS_PATH, asset } from './assets.ts';
import { swaggerDocument } from './documents/swagger-document.ts';

/** Swagger UI styles its elements inline and shows downloads from blobs; nothing comes from another host. */
const SWAGGER_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' blob: data:; media-src blob:; font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/** What is worth compressing: pages, their assets and the documents; never an answer that holds a secret. */
const COMPRESSED = /^(text\/(html|css|javascript)|image\/svg\+xml|application\/yaml)/;

/** Serves what is not a route: assets, Swagger UI and ReDoc's bundle. */
export function serveWeb(app: NestExpressApplication, document: OpenAPIObject): void {
  app.use(headWithoutLength, compression({ filter: isCompressed }));
  const forever = (response: { setHeader(name: string, value: string): void }) =>
    void response.setHeader('Cache-Control', 'public, max-age=31536000, immutable');
  for (const folder of ASSET_FOLDERS) {
    app.useStaticAssets(folder, { prefix: ASSETS_PATH, index: false, redirect: false, setHeaders: forever });
  }
  app.use('/api/docs', swaggerHeaders);
  SwaggerModule.setup('api/docs', app, swaggerDocument(document), {
    raw: false,
    customSiteTitle: 'Swagger UI – ImagePro API',
    customfavIcon: asset('icon.svg'),
    customCssUrl: ['tokens.css', 'document-links.css', 'swagger.css'].map(asset),
    customJs: asset('swagger-page.js'),
    swaggerOptions: { persistAuthorization: false, displayRequestDuration: true },
  });
}

/** The length of a compressed body is not known before it is sent, so a HEAD may not name that of the plain one. */
function headWithoutLength(request: Request, response: Response, next: NextFunction): void {
  if (request.method === 'HEAD' && request.acceptsEncodings('br', 'gzip', 'deflate', 'identity') !== 'identity') {
    onHeaders(response, () => {
      if (isCompressed(request, response)) response.removeHeader('Content-Length');
    });
  }
  next();
}

function isCompressed(request: Request, response: Response): boolean {
  const type = String(response.getHeader('Content-Type') ?? '');
  return COMPRESSED.test(type) || request.path.startsWith('/api/schema');
}

function swaggerHeaders(_request: Request, response: Response, next: NextFunction): void {
  response.setHeader('Content-Security-Policy', SWAGGER_POLICY);
  // Its files keep their names over versions: browsers ask, and are mostly answered with 304.
  response.setHeader('Cache-Control', 'no-cache');
  next();
}
