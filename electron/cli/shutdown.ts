import { logFault } from '../lib/fault.ts';
import type { Logger } from '../store/log.ts';

const signalNumbers = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;

/**
 * Resolves when a signal has ended the process's work. The process ends within a second: work that takes longer is cut
 * off, and the exit status is that of a process killed by the signal. Further signals are ignored, since npm makes two
 * of one Ctrl-C.
 *
 * @param stop ends the work
 * @param within milliseconds until the work is cut off
 */
export function shutDownOnSignal(
  stop: () => Promise<void>,
  within = 900,
  host: NodeJS.Process = process,
): Promise<void> {
  return new Promise((resolve) => {
    let isStopping = false;
    for (const [signal, number] of Object.entries(signalNumbers)) {
      host.on(signal, () => {
        if (isStopping) return;
        isStopping = true;
        setTimeout(() => host.exit(128 + number), within).unref();
        stop().then(resolve, (error: unknown) => {
          host.stderr.write(`The console did not shut down cleanly: ${String(error)}\n`);
          resolve();
        });
      });
    }
  });
}

/**
 * Logs rejections that nothing handles as faults, instead of ending the process. An exception outside of promises still
 * ends it.
 */
export function logUnhandledErrors(log: Logger, host: Pick<NodeJS.Process, 'on'> = process): void {
  host.on('unhandledRejection', (error) => void logFault(log, error, 'a rejection that nobody handled'));
}

/**
 * Lets a write beyond the limit on the size of files (`ulimit -f`, systemd's `LimitFSIZE`) fail with EFBIG like a write to a
 * full disk. The library write-file-atomic ends the process on that signal unless something else listens to it.
 */
export function surviveFileSizeLimit(host: Pick<NodeJS.Process, 'on'> = process): void {
  host.on('SIGXFSZ', () => undefined);
}
