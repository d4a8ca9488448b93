/** Runs a task so many times, so many at once. */
export async function inFlight(count: number, limit: number, task: () => Promise<unknown>): Promise<void> {
  let left = count;
  const line = async () => {
    while (left > 0) {
      left -= 1;
      await task();
    }
  };
  await Promise.all(Array.from({ length: limit }, line));
}
