import { type Command, Redis } from 'ioredis';
import { whenAwakeFor } from '../when-awake-for.ts';

/** How long Redis may take to answer a command that it can answer at once. */
const ANSWER_SECONDS = 1;

/** What a connection ends with on which nothing comes. */
export const SILENCE = `Redis has said nothing for ${ANSWER_SECONDS} s`;

/**
 * A connection on which a command fails that is not answered in time, and which is given up when nothing comes at all. Our
 * own limit, since those of ioredis count the time for which this process itself was stopped: it would take Redis for
 * silent with the answer before its eyes.
 */
export class PromptRedis extends Redis {
  override sendCommand(...[command, stream]: Parameters<Redis['sendCommand']>): unknown {
    const answer = super.sendCommand(command, stream);
    this.limit(command);
    return answer;
  }

  private limit(command: Command): void {
    const { stream } = this;
    const heard = stream?.bytesRead;
    const callOff = whenAwakeFor(ANSWER_SECONDS, () => {
      command.reject(new Error('Command timed out'));
      if (this.stream === stream && stream?.bytesRead === heard) stream?.destroy(new Error(SILENCE));
    });
    command.promise.then(callOff, callOff);
  }
}
