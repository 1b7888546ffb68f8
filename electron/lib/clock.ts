/** Time and timers. Passed in, so that tests can move time themselves. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Runs a function once after this many milliseconds, unless the returned function is called first. */
  after(milliseconds: number, run: () => void): () => void;
}

/** The time and the timers of the machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(milliseconds, run) {
    const timer = setTimeout(run, milliseconds);
    return () => clearTimeout(timer);
  },
};
