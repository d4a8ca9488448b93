import type { Params } from 'nestjs-pino';
import type { LogSettings } from './log.settings.ts';
import { lineContext } from './request-scope.ts';

/** JSON lines on stdout; readable in a terminal. Requests are logged by `logRequests`, which costs less than a logger each. */
export function logOptions({ level }: LogSettings): Params {
  return {
    forRoutes: [],
    pinoHttp: {
      level,
      mixin: lineContext,
      ...(process.stdout.isTTY && {
        transport: {
          target: 'pino-pretty',
          options: { ignore: 'pid,hostname,method,route,path,status,ms', singleLine: true },
        },
      }),
    },
  };
}
