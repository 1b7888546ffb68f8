/**
 * Runs work and returns the longest turn of the event loop meanwhile, in milliseconds of processor time of this thread,
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
