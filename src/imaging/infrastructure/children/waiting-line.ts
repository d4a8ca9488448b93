/** Those who wait for a thing to become free, in the order in which they came. */
export class WaitingLine<Thing> {
  #turns = new Set<PromiseWithResolvers<Thing>>();

  /**
   * Resolves when the turn has come.
   * @throws what the line is refused with; the reason of `unwanted` once that is aborted: then the place in it is given up.
   */
  async wait(unwanted?: AbortSignal): Promise<Thing> {
    unwanted?.throwIfAborted();
    const turn = Promise.withResolvers<Thing>();
    const leave = () => {
      if (this.#turns.delete(turn)) turn.reject(unwanted?.reason);
    };
    this.#turns.add(turn);
    unwanted?.addEventListener('abort', leave);
    return turn.promise.finally(() => unwanted?.removeEventListener('abort', leave));
  }

  /** Gives the thing to the first; false when nobody waits. */
  give(thing: Thing): boolean {
    const [first] = this.#turns;
    if (!first) return false;
    this.#turns.delete(first);
    first.resolve(thing);
    return true;
  }

  /** Sends all away. */
  refuse(error: Error): void {
    for (const turn of this.#turns) turn.reject(error);
    this.#turns.clear();
  }
}
