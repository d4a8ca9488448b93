/** Runs a task so many times, so many at once; it is told which time it is, from 0. */
export async function inFlight(count: number, limit: number, task: (index: number) => Promise<unknown>): Promise<void> {
  let begun = 0;
  const line = async () => {
    while (begun < count) {
      begun += 1;
      await task(begun - 1);
    }
  };
  await Promise.all(Array.from({ length: limit }, line));
}
