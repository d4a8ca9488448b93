/** Counting a row takes about a ten-thousandth of a millisecond; counted once in this time, it costs a hundredth. */
const MS_A_ROW = 0.01;

/** When a figure is made anew. */
interface Freshness {
  /** No sooner than after this time. */
  readonly leastMs?: number;
  /** Milliseconds that only grow. */
  readonly now?: () => number;
}

interface Made<T> {
  readonly value: Promise<T>;
  readonly at: number;
  /** How long it is good for; unknown while it is made. */
  lifeMs: number;
}

/** A figure that many ask for: made at most once a second, and the less often the more rows it is made from. */
export class CostlyFigure<T> {
  private made: Made<T> | undefined;
  private readonly leastMs: number;
  private readonly now: () => number;

  constructor(
    private readonly make: () => Promise<T>,
    private readonly rowsOf: (value: T) => number,
    { leastMs = 1000, now = () => performance.now() }: Freshness = {},
  ) {
    this.leastMs = leastMs;
    this.now = now;
  }

  /** The figure, and how old it is. */
  async get(): Promise<{ value: T; ageMs: number }> {
    if (!this.made || this.now() - this.made.at >= this.made.lifeMs) this.made = this.begin();
    const { value, at } = this.made;
    return { value: await value, ageMs: this.now() - at };
  }

  private begin(): Made<T> {
    const made: Made<T> = { value: this.make(), at: this.now(), lifeMs: Number.POSITIVE_INFINITY };
    made.value.then(
      (value) => {
        made.lifeMs = Math.max(this.leastMs, this.rowsOf(value) * MS_A_ROW);
      },
      () => {
        if (this.made === made) this.made = undefined;
      },
    );
    return made;
  }
}
