import type { SlidingWindows } from './ports.ts';

/** What a guess finds: a place; none while others are checked, of which some may be right; none for some seconds. */
export type GuessPlace = 'taken' | 'others_checked' | { readonly freesIn: number };

/**
 * Wrong passwords in a sliding window. A guess holds a place while it is checked, so that a burst cannot pass the limit, and
 * keeps it when it is wrong. Those that are known to be wrong are counted once more by themselves: as long as they do not
 * fill the window, some of its places are held by guesses that may give them back.
 */
export class GuessWindow {
  private readonly wrong: string;

  constructor(
    private readonly windows: SlidingWindows,
    private readonly key: string,
    /** Most wrong passwords in any `seconds`. */
    readonly limit: number,
    readonly seconds: number,
  ) {
    this.wrong = `${key}:wrong`;
  }

  async take(): Promise<GuessPlace> {
    const { accepted, freesIn } = await this.windows.take(this.key, this.limit, this.seconds);
    if (accepted) return 'taken';
    // Of no weight: it is looked at, and not counted.
    const { used } = await this.windows.take(this.wrong, this.limit, this.seconds, 0);
    return used < this.limit ? 'others_checked' : { freesIn };
  }

  /** The guess was right, or was not checked. */
  giveBack(): Promise<void> {
    return this.windows.giveBack(this.key);
  }

  /** The guess was wrong. */
  async keep(): Promise<void> {
    // Without a limit: a place is left from when the guess began, and this from when it was known to be wrong.
    await this.windows.take(this.wrong, Number.MAX_SAFE_INTEGER, this.seconds);
  }
}
