import { Injectable } from '@nestjs/common';
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
