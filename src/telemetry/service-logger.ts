import { type INestApplicationContext, Injectable } from '@nestjs/common';
import { Logger } from 'nestjs-pino';

/** Parts of the framework that tell every step of the start. */
const TALKATIVE = new Set(['InstanceLoader', 'NestFactory', 'RouterExplorer', 'RoutesResolver']);

/** The service's log; what the framework tells of its own start is for debugging. */
@Injectable()
export class ServiceLogger extends Logger {
  override log(message: unknown, ...rest: unknown[]): void {
    if (TALKATIVE.has(String(rest.at(-1)))) this.debug(message, ...rest);
    else super.log(message as string, ...rest);
  }
}

/** How a process starts. A start that fails ends with a sentence: what the framework logs of it until then goes with it. */
export const QUIET_START = { bufferLogs: true, autoFlushLogs: false, abortOnError: false } as const;

/** Logs as the settings say, from what has been logged since such a start on. */
export function useServiceLog(app: INestApplicationContext): void {
  app.useLogger(app.get(ServiceLogger));
  app.flushLogs();
}
