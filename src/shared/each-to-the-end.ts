/** After so many failures it is no single thing that is at fault, but what all of them need. */
const MOST_FAILURES = 100;

/**
 * Does a task for each of the things, `atOnce` of them at a time, also when it fails for some: what one of them has
 * brought about shall not stop the others.
 * @throws the first failure, after the last one, or after a hundred failures
 */
export async function eachToTheEnd<T>(
  things: Iterable<T> | AsyncIterable<T>,
  task: (thing: T) => Promise<void>,
  atOnce = 1,
): Promise<void> {
  const failures: unknown[] = [];
  const turns = inTurn(things);
  const takeTurns = async () => {
    for await (const thing of turns) {
      await task(thing).catch((error: unknown) => failures.push(error));
      if (failures.length >= MOST_FAILURES) return;
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: atOnce }, takeTurns));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  if (failures.length > 0) throw failures[0];
}

/** One row that several can take from. */
async function* inTurn<T>(things: Iterable<T> | AsyncIterable<T>): AsyncGenerator<T> {
  yield* things;
}
