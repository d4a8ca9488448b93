import type { Caller } from '../../accounts/domain/caller.ts';
import type { ApplicationError, Problem } from '../../shared/application-error.ts';

/** How many places a process has: in all, for one account, and for one anonymous address. */
export interface PlaceLimits {
  readonly places: number;
  readonly perAccount: number;
  readonly perAddress: number;
}

/** A bounded number of places in this process for requests that stay open. Whoever takes one gives it back. */
export class Places {
  private readonly owners = new Map<() => void, string>();
  /** Whether everyone is sent home. */
  protected isClosed = false;

  constructor(protected readonly limits: PlaceLimits) {}

  /**
   * Takes a place for this caller and returns what gives it back; undefined when there is none left. `sendHome` is called
   * when the service stops.
   */
  take(caller: Caller, sendHome: () => void = () => undefined): (() => void) | undefined {
    if (this.areAllTaken || this.countOf(caller.key) >= this.shareOf(caller)) return undefined;
    // A function of this place alone, so that two places of one request are two.
    const end = () => sendHome();
    this.owners.set(end, caller.key);
    return () => this.owners.delete(end);
  }

  /** Sends everyone home; from then on there is no place. */
  close(): void {
    this.isClosed = true;
    for (const sendHome of [...this.owners.keys()]) sendHome();
  }

  /** How many are taken at present. */
  get taken(): number {
    return this.owners.size;
  }

  /** Whether there is no place left for anyone. */
  protected get areAllTaken(): boolean {
    return this.isClosed || this.taken >= this.limits.places;
  }

  /** Most places of this caller. */
  protected shareOf({ kind }: Caller): number {
    return kind === 'anonymous' ? this.limits.perAddress : this.limits.perAccount;
  }

  private countOf(key: string): number {
    let count = 0;
    for (const owner of this.owners.values()) if (owner === key) count += 1;
    return count;
  }
}

/** Places for what cannot be had without one: whoever finds none is told why. Each kind has its figures and its words. */
export abstract class RefusedPlaces extends Places {
  /** What they are for, in the plural. */
  protected abstract readonly what: string;
  /** Told when nobody can have one. */
  protected abstract readonly full: Problem;
  /** Told to a caller who has their share. */
  protected abstract readonly tooMany: Problem;

  /** Takes a place as others do. @throws `tooMany` for a caller who has their share, `full` when nobody can have one */
  override take(caller: Caller, sendHome?: () => void): () => void {
    const leave = super.take(caller, sendHome);
    if (!leave) throw this.refusal(caller);
    return leave;
  }

  private refusal(caller: Caller): ApplicationError {
    const sentence = (most: number, owner: string) =>
      `Expected at most ${most} ${this.what} at once (limit of ${owner}), received one more`;
    if (this.areAllTaken) {
      const stopping = `Expected a place for one more of the ${this.what}, found the service about to stop`;
      const detail = this.isClosed ? stopping : sentence(this.limits.places, 'each process of the service');
      return this.full.error(detail, { retryAfter: 30 });
    }
    return this.tooMany.error(sentence(this.shareOf(caller), caller.limitOwner), { retryAfter: 10 });
  }
}
