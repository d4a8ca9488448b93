const BEAT_MS = 100;
/** Beats that are further apart were not late: the process was stopped in between. Of a short time less counts. */
const MOST_BEAT_MS = 1000;
const MOST_SHARE = 1 / 4;
/** Time that is held up counts as well from so many times the seconds on, so that there is an end in any case. */
const MOST_TIMES = 4;

/** What is looked at to tell time, in milliseconds. */
export interface Watch {
  /** A clock that nobody sets. */
  readonly now?: () => number;
  /** How long what is waited for was held up by others so far: only differences are looked at. */
  readonly heldUp?: () => number;
}

/**
 * Acts once this process has been awake for so many seconds; returns what calls that off. The time for which it was
 * stopped (SIGSTOP, a laptop that slept, a paused machine) does not count: whoever it waits for was stopped as well. Nor
 * does, within bounds, the time for which that one was held up.
 */
export function whenAwakeFor(seconds: number, act: () => void, watch: Watch = {}): () => void {
  const { now = () => performance.now(), heldUp = () => 0 } = watch;
  const limit = seconds * 1000;
  const mostBeat = Math.min(MOST_BEAT_MS, limit * MOST_SHARE);
  let [awake, latest, extra] = [0, now(), 0];
  let before: number | undefined;
  const beats = setInterval(() => {
    // At the first beat, since most work is done before.
    before ??= heldUp();
    const moment = now();
    awake += Math.min(moment - latest, mostBeat);
    latest = moment;
    if (awake < limit + extra) return;
    extra = Math.min(heldUp() - before, (MOST_TIMES - 1) * limit);
    if (awake < limit + extra) return;
    clearInterval(beats);
    act();
  }, BEAT_MS);
  return () => clearInterval(beats);
}
