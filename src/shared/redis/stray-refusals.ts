import { Logger } from '@nestjs/common';
import { ReplyError } from 'ioredis';

/**
 * Lets this process outlive what Redis refuses to somebody who does not wait for the answer, as a library in between may:
 * what Redis is needed for goes on without it. It is said without the command, whose arguments may be the password, which
 * Node.js would print as it ends. Any other error that nobody waits for ends the process.
 */
export function outliveStrayRefusals(): void {
  const logger = new Logger('Redis');
  process.on('unhandledRejection', (reason) => {
    if (!(reason instanceof ReplyError)) throw reason;
    logger.warn(`Redis refused a command that nobody waits for: ${(reason as Error).message}`);
  });
}
