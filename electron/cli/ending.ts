const numbers = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;

/**
 * Waits for the operator to end the process, and then keeps its promise of ending within a second: whatever is still
 * going on by then is cut off, with the exit status of a process that a signal killed. A signal that comes again changes
 * nothing: of one Ctrl-C, npm makes two.
 *
 * @param stop ends what runs
 * @param within milliseconds
 */
export function endOnSignal(stop: () => Promise<void>, within = 900, host: NodeJS.Process = process): Promise<void> {
  return new Promise((resolve) => {
    let isEnding = false;
    for (const [signal, number] of Object.entries(numbers)) {
      host.on(signal, () => {
        if (isEnding) return;
        isEnding = true;
        setTimeout(() => host.exit(128 + number), within).unref();
        stop().then(resolve, (error: unknown) => {
          host.stderr.write(`The console did not end as it should: ${String(error)}\n`);
          resolve();
        });
      });
    }
  });
}
