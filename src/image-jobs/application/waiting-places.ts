import type { Caller } from '../../accounts/domain/caller.ts';
import type { ApplicationError, Problem } from '../../shared/application-error.ts';
import { imageJobProblems } from '../domain/errors.ts';

/** Most places of one caller, by the kind of caller. */
type ShareOfOne = Readonly<Record<Caller['kind'], number>>;

/** A bounded number of places in this process for requests that stay open. Whoever takes one gives it back. */
abstract class Places {
  private readonly owners = new Map<() => void, string>();
  private closed = false;

  constructor(
    /** How many there are. */
    readonly inAll: number,
    /** How many of them one caller may take. */
    readonly ofOne: ShareOfOne,
  ) {}

  /**
   * Takes a place for this caller and returns what gives it back; undefined when there is none left. `sendHome` is called
   * when the service stops.
   */
  take({ key, kind }: Caller, sendHome: () => void = () => undefined): (() => void) | undefined {
    if (this.areAllTaken || this.countOf(key) >= this.ofOne[kind]) return undefined;
    // A function of this place alone, so that two places of one request are two.
    const end = () => sendHome();
    this.owners.set(end, key);
    return () => this.owners.delete(end);
  }

  /** Sends everyone home; from then on there is no place. */
  close(): void {
    this.closed = true;
    for (const sendHome of [...this.owners.keys()]) sendHome();
  }

  /** Whether everyone is sent home. */
  get isClosed(): boolean {
    return this.closed;
  }

  /** Whether there is no place left for anyone. */
  get areAllTaken(): boolean {
    return this.closed || this.taken >= this.inAll;
  }

  /** How many are taken at present. */
  get taken(): number {
    return this.owners.size;
  }

  private countOf(key: string): number {
    let count = 0;
    for (const owner of this.owners.values()) if (owner === key) count += 1;
    return count;
  }
}

/** Places for requests that wait until their job is final. */
export class WaitingPlaces extends Places {
  constructor({ places }: { readonly places: number }) {
    super(places, { anonymous: places, authenticated: places });
  }
}

/** Places for what cannot be had without one: whoever finds none is told why. */
abstract class RefusedPlaces extends Places {
  /** What they are for, in the plural. */
  protected abstract readonly what: string;
  /** Told when nobody can have one. */
  protected abstract readonly full: Problem;
  /** Told to a caller who has their share. */
  protected abstract readonly tooMany: Problem;

  /** Why there is no place for this caller. */
  refusal({ kind, limitOwner }: Caller): ApplicationError {
    const sentence = (most: number, owner: string) =>
      `Expected at most ${most} ${this.what} at once (limit of ${owner}), received one more`;
    if (this.areAllTaken) {
      const stopping = `Expected a place for one more of the ${this.what}, found the service about to stop`;
      const detail = this.isClosed ? stopping : sentence(this.inAll, 'each process of the service');
      return this.full.error(detail, { retryAfter: 30 });
    }
    return this.tooMany.error(sentence(this.ofOne[kind], limitOwner), { retryAfter: 10 });
  }
}

/** How many event streams a process may have open, in all and of one caller. */
export interface StreamLimits {
  readonly streams: number;
  readonly streamsPerAccount: number;
  readonly streamsPerAddress: number;
}

/** Places for event streams. */
export class StreamPlaces extends RefusedPlaces {
  protected readonly what = 'event streams';
  protected readonly full = imageJobProblems.streamsFull;
  protected readonly tooMany = imageJobProblems.tooManyStreams;

  constructor({ streams, streamsPerAccount, streamsPerAddress }: StreamLimits) {
    super(streams, { authenticated: streamsPerAccount, anonymous: streamsPerAddress });
  }
}

/** How many downloads a process may send at once, in all and to one caller. */
export interface DownloadLimits {
  readonly places: number;
  readonly perAccount: number;
  readonly perAddress: number;
}

/** Places for downloads: each holds a file or a connection to the store, and memory, for as long as its client reads. */
export class DownloadPlaces extends RefusedPlaces {
  protected readonly what = 'downloads';
  protected readonly full = imageJobProblems.downloadsFull;
  protected readonly tooMany = imageJobProblems.tooManyDownloads;

  constructor({ places, perAccount, perAddress }: DownloadLimits) {
    super(places, { authenticated: perAccount, anonymous: perAddress });
  }
}
