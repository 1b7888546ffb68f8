import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { systemCode } from '../store/system-error.ts';

/** The parts of a process that are used; tests hand in their own. */
export type TerminalProcess = Pick<NodeJS.Process, 'stdin' | 'on'>;

/**
 * Calls a function whenever the operator presses Enter in the terminal. Returns false if there is no terminal. In the
 * background of a shell nothing is read: the system would stop a process that reads there.
 *
 * @param isForeground whether the terminal's input is for this process now
 */
export function onEnter(
  press: () => void,
  host: TerminalProcess = process,
  isForeground: () => boolean = isForegroundProcess,
): boolean {
  const { stdin } = host;
  if (!stdin.isTTY || !isForeground()) return false;
  const lines = createInterface({ input: stdin, terminal: false });
  lines.on('line', press);
  // A terminal that has gone ends with a signal; until then its input fails.
  stdin.on('error', () => lines.close());
  // After Ctrl-Z, `bg` continues the process in the background and `fg` in the foreground.
  host.on('SIGCONT', () => {
    if (isForeground()) lines.resume();
    else lines.pause();
  });
  return true;
}

/** Whether this process belongs to the foreground of its terminal. Elsewhere than on Linux: assumed. */
function isForegroundProcess(): boolean {
  try {
    return isForegroundStat(readFileSync('/proc/self/stat', 'utf8'));
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return true;
    throw error;
  }
}

/** The same from the text of `/proc/PID/stat` (proc(5)): the fields `pgrp` and `tpgid`, which follow the name. */
export function isForegroundStat(text: string): boolean {
  const [, , group, , , foreground] = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return group === foreground;
}
