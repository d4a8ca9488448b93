/** After so many failures it is no single thing that is at fault, but what all of them need. */
const MOST_FAILURES = 100;

/**
 * Does a task for one thing after the other, for all of them, also when it fails for some: what one of them has brought
 * about shall not stop the others.
 * @throws the first failure, after the last one, or after a hundred failures
 */
export async function eachToTheEnd<T>(
  things: Iterable<T> | AsyncIterable<T>,
  task: (thing: T) => Promise<void>,
): Promise<void> {
  const failures: unknown[] = [];
  for await (const thing of things) {
    await task(thing).catch((error: unknown) => failures.push(error));
    if (failures.length === MOST_FAILURES) break;
  }
  if (failures.length > 0) throw failures[0];
}
