import { logFault } from '../lib/fault.ts';
import type { Logger } from '../store/log.ts';

/**
 * Keeps a stray rejection, of work that nobody waits for, from ending the console under its operator: it is a mistake of
 * the console's own and goes to the log as one. An exception outside of any promise still ends the process.
 */
export function logStrays(log: Logger, host: Pick<NodeJS.Process, 'on'> = process): void {
  host.on('unhandledRejection', (error) => void logFault(log, error, 'a rejection that nobody handled'));
}
