/**
 * Runs work and returns the longest turn of the event loop during it, in milliseconds of processor time of this thread,
 * so that other work of the machine does not count, and the number of turns.
 */
export async function longestTurn(work: () => Promise<unknown>): Promise<{ ms: number; turns: number }> {
  let ms = 0;
  let turns = 0;
  let running = true;
  let before = process.threadCpuUsage();
  const turn = () => {
    const { user, system } = process.threadCpuUsage(before);
    before = process.threadCpuUsage();
    ms = Math.max(ms, (user + system) / 1_000);
    turns += 1;
    if (running) setImmediate(turn);
  };
  const first = setImmediate(turn);
  try {
    await work();
    await new Promise(setImmediate);
    turn();
  } finally {
    running = false;
    clearImmediate(first);
  }
  return { ms, turns };
}

/** Milliseconds of processor time that no turn may take, on a machine like those that the console is made for. */
const maxTurnMs = 50;

/**
 * Runs work up to three times, until no turn of the event loop takes more than 50 ms of processor time. A slower machine
 * gets as much more as it takes longer to parse a fixed text, of which 50 ms are three times the usual time. Returns the
 * longest turn of the best run as a share of that: above 1 it is too long.
 */
export async function longestTurnShare(work: () => Promise<unknown>): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < 3 && best > 1; attempt += 1) {
    const { ms } = await longestTurn(work);
    best = Math.min(best, ms / Math.max(maxTurnMs, 3 * referenceMs()));
  }
  return best;
}

const referenceText = JSON.stringify(
  Array.from({ length: 15_000 }, (_, n) => ({ image_id: `image-${n}`, size: n, hits: 1 })),
);

/** Milliseconds of processor time that a fixed text takes to parse now: the shortest of five times. */
function referenceMs(): number {
  const times = Array.from({ length: 5 }, () => {
    const before = process.threadCpuUsage();
    JSON.parse(referenceText);
    const { user, system } = process.threadCpuUsage(before);
    return (user + system) / 1_000;
  });
  return Math.min(...times);
}
