/** Why a process ends: the signal, and the exit status that goes with it. */
export type Ending = { signal: NodeJS.Signals; status: number };

const statuses = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/**
 * Waits for the operator to end the process, and then keeps its promise of ending within a second: whatever is still
 * going on by then is cut off. A second Ctrl-C cuts it off at once.
 *
 * @param stop ends what runs
 * @param within milliseconds
 */
export function endOnSignal(stop: () => Promise<void>, within = 900, host: NodeJS.Process = process): Promise<Ending> {
  return new Promise((resolve) => {
    let ending: Ending | undefined;
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      host.on(signal, () => {
        const status = statuses[signal];
        if (ending) host.exit(status);
        const mine: Ending = { signal, status };
        ending = mine;
        const cut = setTimeout(() => host.exit(status), within);
        cut.unref();
        stop().then(
          () => resolve(mine),
          (error: unknown) => {
            host.stderr.write(`The console did not end as it should: ${String(error)}\n`);
            resolve(mine);
          },
        );
      });
    }
  });
}
