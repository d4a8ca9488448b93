const dayInUtc = () => new Date().toISOString().slice(0, 10);

/**
 * Does what goes by the days of this machine's clock; if it fails and the day in UTC has changed meanwhile, once more. The
 * act is told how often it was begun, for names that are new each time.
 */
export async function withinADay(act: (begun: number) => Promise<void>): Promise<void> {
  const day = dayInUtc();
  try {
    await act(1);
  } catch (error) {
    if (dayInUtc() === day) throw error;
    await act(2);
  }
}
