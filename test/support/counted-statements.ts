import Database, { type Statement } from 'better-sqlite3';

/** How a statement of the embedded database is run. */
const RUN = ['run', 'get', 'all'] as const;

/** Counts what this process asks of SQLite from now on, by whatever way. */
export class CountedStatements {
  private count = 0;

  constructor() {
    const memory = new Database(':memory:');
    const prototype = Object.getPrototypeOf(memory.prepare('select 1')) as Statement;
    memory.close();
    for (const name of RUN) {
      const original = prototype[name] as (...values: unknown[]) => unknown;
      const count = () => {
        this.count += 1;
      };
      Object.assign(prototype, {
        [name](this: Statement, ...values: unknown[]) {
          count();
          return original.apply(this, values);
        },
      });
    }
  }

  /**
   * The fewest statements of several turns: what the service does by itself, once a second or every few, comes beside
   * some of them.
   */
  async fewestOf(turns: number, act: () => Promise<unknown>): Promise<number> {
    let fewest = Number.POSITIVE_INFINITY;
    for (let turn = 0; turn < turns; turn += 1) {
      const before = this.count;
      await act();
      fewest = Math.min(fewest, this.count - before);
    }
    return fewest;
  }
}
