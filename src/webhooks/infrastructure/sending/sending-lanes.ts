import { Logger } from '@nestjs/common';
import PQueue from 'p-queue';

/** Sends of one process at once, to all destinations together. */
const MOST_IN_ALL = 128;
/** Sends of one process at once to one destination; the database says how many there may be by all processes. */
const MOST_IN_ONE = 4;

/** Sends the next message there; false when there is none, or none may be sent. */
export type SendNext = (destination: string, stopped: AbortSignal) => Promise<boolean>;

/**
 * Takes turns among destinations: after each message the others come first, and none has more than four turns at a time.
 * So whoever is slow, dead or flooded delays nobody else.
 */
export class SendingLanes {
  private readonly logger = new Logger('Webhooks');
  private readonly turns = new PQueue({ concurrency: MOST_IN_ALL });
  private readonly lanes = new Map<string, number>();
  private readonly stopping = new AbortController();
  private draining = false;

  constructor(private readonly sendNext: SendNext) {}

  /** Something may be due there. */
  wake(destination: string): void {
    while (!this.draining && this.lanesOf(destination) < MOST_IN_ONE) {
      this.lanes.set(destination, this.lanesOf(destination) + 1);
      this.takeTurn(destination);
    }
  }

  /** Begins nothing more, and resolves when what is under way is over; `stop` cuts that short. */
  async drain(): Promise<void> {
    this.draining = true;
    this.turns.clear();
    await this.turns.onIdle();
  }

  stop(): void {
    this.stopping.abort();
  }

  private takeTurn(destination: string): void {
    // Not awaited: a turn tells of its own failures.
    void this.turns.add(async () => {
      if (!this.draining && (await this.sent(destination))) return this.takeTurn(destination);
      const left = this.lanesOf(destination) - 1;
      if (left === 0) this.lanes.delete(destination);
      else this.lanes.set(destination, left);
    });
  }

  private async sent(destination: string): Promise<boolean> {
    try {
      return await this.sendNext(destination, this.stopping.signal);
    } catch (error) {
      this.logger.error({ err: error, destination }, `Sending to ${destination} failed; the sweep goes on with it`);
      return false;
    }
  }

  private lanesOf(destination: string): number {
    return this.lanes.get(destination) ?? 0;
  }
}
