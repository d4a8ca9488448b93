/** A bounded number of places for requests that stay open. Whoever takes one gives it back. */
abstract class Places {
  private readonly owners = new Map<() => void, string>();
  private closed = false;

  constructor(
    private readonly inAll: number,
    private readonly ofOwner: (owner: string) => number = () => inAll,
  ) {}

  /**
   * Takes a place for this owner and returns what gives it back; undefined when there is none left. `sendHome` is called
   * when the service stops.
   */
  take(owner: string, sendHome: () => void): (() => void) | undefined {
    if (this.closed || this.owners.size >= this.inAll || this.countOf(owner) >= this.ofOwner(owner)) return undefined;
    // A function of this place alone, so that nobody can take one place twice.
    const end = () => sendHome();
    this.owners.set(end, owner);
    return () => this.owners.delete(end);
  }

  /** Sends everyone home; from then on there is no place. */
  close(): void {
    this.closed = true;
    for (const sendHome of [...this.owners.keys()]) sendHome();
  }

  /** How many are taken at present. */
  get taken(): number {
    return this.owners.size;
  }

  private countOf(owner: string): number {
    let count = 0;
    for (const other of this.owners.values()) if (other === owner) count += 1;
    return count;
  }
}

/** Places for requests that wait for their job to be final. */
export class WaitingPlaces extends Places {
  constructor(inAll: number) {
    super(inAll);
  }
}
