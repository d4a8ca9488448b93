const BEAT_MS = 100;
/** Beats that are further apart were not late: the process was stopped in between. */
const MOST_BEAT_MS = 1000;

/**
 * Acts once this process has been awake for so many seconds; returns what calls that off. The time for which it was
 * stopped (SIGSTOP, a laptop that slept, a paused machine) does not count: whoever it waits for was stopped as well.
 * `now` gives milliseconds of a clock that nobody sets.
 */
export function whenAwakeFor(seconds: number, act: () => void, now = () => performance.now()): () => void {
  let [awake, latest] = [0, now()];
  const beats = setInterval(() => {
    const moment = now();
    awake += Math.min(moment - latest, MOST_BEAT_MS);
    latest = moment;
    if (awake < seconds * 1000) return;
    clearInterval(beats);
    act();
  }, BEAT_MS);
  return () => clearInterval(beats);
}
