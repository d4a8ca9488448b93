import { Logger } from '@nestjs/common';
import PQueue from 'p-queue';
import { type Lane, laneIdOf } from '../../domain/lane.ts';
import { QueuesByName } from './queues-by-name.ts';

/** Sends of one process at once. */
const MOST_IN_ALL = 128;
/** Of them, those of one account, however many hosts it sends to, and those to one host and port, whoever sends there. */
const MOST_OF_ONE = 32;
/** Sends of one process at once in one lane; the database says how many there may be by all processes. */
const MOST_IN_LANE = 4;

/** Sends the next message of the lane; false when there is none, or none may be sent. */
export type SendNext = (lane: Lane, stopped: AbortSignal) => Promise<boolean>;

/**
 * Takes turns among lanes: after each message the others come first. No lane, no account and no host takes up more than a
 * share of the places, so whoever is slow, dead or flooded delays nobody else.
 */
export class SendingLanes {
  private readonly logger = new Logger('Webhooks');
  private readonly turns = new PQueue({ concurrency: MOST_IN_ALL });
  private readonly turnsOfAccounts = new QueuesByName(MOST_OF_ONE);
  private readonly turnsAtHosts = new QueuesByName(MOST_OF_ONE);
  private readonly taken = new Map<string, number>();
  private readonly stopping = new AbortController();
  private draining = false;

  constructor(private readonly sendNext: SendNext) {}

  /** Something may be due in it. */
  wake(lane: Lane): void {
    const id = laneIdOf(lane);
    while (!this.draining && this.takenIn(id) < MOST_IN_LANE) {
      this.taken.set(id, this.takenIn(id) + 1);
      this.takeTurn(lane);
    }
  }

  /** Begins nothing more, and resolves when what is under way is over; `stop` cuts that short. */
  async drain(): Promise<void> {
    this.draining = true;
    await this.turnsAtHosts.onIdle();
  }

  stop(): void {
    this.stopping.abort();
  }

  private takeTurn(lane: Lane): void {
    // Whoever waits for a place of its account holds one of its host meanwhile, and of a host a lane has but a few: it
    // keeps no other account from sending there.
    const ofAccount = () => this.turnsOfAccounts.add(lane.accountId, () => this.turns.add(() => this.turn(lane)));
    // Not awaited: a turn tells of its own failures.
    void this.turnsAtHosts.add(lane.destination, ofAccount);
  }

  private async turn(lane: Lane): Promise<void> {
    if (!this.draining && (await this.sent(lane))) return this.takeTurn(lane);
    const id = laneIdOf(lane);
    const left = this.takenIn(id) - 1;
    if (left === 0) this.taken.delete(id);
    else this.taken.set(id, left);
  }

  private async sent(lane: Lane): Promise<boolean> {
    try {
      return await this.sendNext(lane, this.stopping.signal);
    } catch (error) {
      const { accountId: account, destination } = lane;
      this.logger.error(
        { err: error, account, destination },
        `Sending to ${destination} failed; the sweep goes on with it`,
      );
      return false;
    }
  }

  private takenIn(laneId: string): number {
    return this.taken.get(laneId) ?? 0;
  }
}
