import type { Params } from 'nestjs-pino';
import type { IdentifiedRequest } from '../shared/http/request.ts';
import type { LogSettings } from './log.settings.ts';

/** JSON lines on stdout; readable in a terminal. A request's lines carry its id, and never its headers or body. */
export function logOptions({ level }: LogSettings): Params {
  return {
    pinoHttp: {
      level: level,
      genReqId: (request) => (request as IdentifiedRequest).id,
      customLogLevel: (_request, response, error) => {
        if (error || response.statusCode >= 500) return 'error';
        return response.statusCode >= 400 ? 'info' : 'debug';
      },
      serializers: {
        req: ({ id, method, url, remoteAddress }) => ({ id, method, url, remoteAddress }),
        res: ({ statusCode }) => ({ statusCode }),
      },
      ...(process.stdout.isTTY && {
        transport: {
          target: 'pino-pretty',
          options: { ignore: 'pid,hostname,req,res,responseTime', singleLine: true },
        },
      }),
    },
  };
}
