import type { EntityManager } from '@mikro-orm/core';

/** Counting a row takes about a ten-thousandth of a millisecond; counted once in this time, it costs a hundredth. */
const MS_A_ROW = 0.01;
/** So few rows are looked at every time. */
const FEW_ROWS = 1000;

/** A figure that is made from many rows: once they are many, it is made anew the less often the more they are. */
export class CostlyFigure<T> {
  private made: { value: T; at: number } | undefined;

  constructor(
    private readonly make: (em: EntityManager) => Promise<T>,
    private readonly rowsOf: (value: T) => number,
    private readonly leastMs = 0,
  ) {}

  /** The figure, and how old it is. */
  async get(em: EntityManager): Promise<{ value: T; ageMs: number }> {
    const now = performance.now();
    if (!this.made || now - this.made.at >= this.lifeOf(this.made.value)) {
      this.made = { value: await this.make(em), at: now };
    }
    return { value: this.made.value, ageMs: performance.now() - this.made.at };
  }

  private lifeOf(value: T): number {
    const rows = this.rowsOf(value);
    return Math.max(this.leastMs, rows > FEW_ROWS ? rows * MS_A_ROW : 0);
  }
}
