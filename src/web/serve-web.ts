import type { NestExpressApplication } from '@nestjs/platform-express';
import compression from 'compression';
import type { NextFunction, Request, Response } from 'express';
import onHeaders from 'on-headers';
import { exceptApi } from '../shared/http/api-answers.ts';
import { ASSET_FOLDERS, ASSETS_PATH } from './assets.ts';

/** What is worth compressing: pages, their assets and the documents; never an answer that holds a secret. */
const COMPRESSED = /^(text\/(html|css|javascript)|image\/svg\+xml|application\/yaml)/;

/** Serves what is not a route: the assets, compressed as pages are. */
export function serveWeb(app: NestExpressApplication): void {
  app.use(exceptApi(headWithoutLength), exceptApi(compression({ filter: isCompressed })));
  const forever = (response: { setHeader(name: string, value: string): void }) =>
    void response.setHeader('Cache-Control', 'public, max-age=31536000, immutable');
  for (const folder of ASSET_FOLDERS) {
    app.useStaticAssets(folder, { prefix: ASSETS_PATH, index: false, redirect: false, setHeaders: forever });
  }
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
