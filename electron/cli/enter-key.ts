import { readFileSync } from 'node:fs';
import { createInterface, type Interface } from 'node:readline';
import { systemCode } from '../lib/system-error.ts';

/** The parts of a process that are used; tests hand in their own. */
export type TerminalProcess = Pick<NodeJS.Process, 'stdin' | 'on'>;

/**
 * Calls a function whenever the operator presses Enter in the terminal. Returns false if that is not possible now, since
 * there is no terminal or the process is in the background of a shell. There nothing is read: the system would stop a
 * process that reads in the background.
 *
 * @param isForeground whether the terminal's input is for this process now
 */
export function onEnter(
  press: () => void,
  host: TerminalProcess = process,
  isForeground: () => boolean = isForegroundProcess,
): boolean {
  const { stdin } = host;
  if (!stdin.isTTY) return false;
  let lines: Interface | undefined;
  let waiting: NodeJS.Timeout | undefined;
  const follow = (): boolean => {
    if (!isForeground()) {
      lines?.pause();
      // There is no signal when `fg` brings a running process to the foreground.
      waiting ??= setInterval(follow, 1_000).unref();
      return false;
    }
    clearInterval(waiting);
    waiting = undefined;
    lines ??= createInterface({ input: stdin, terminal: false }).on('line', press);
    lines.resume();
    return true;
  };
  // A terminal that has gone ends with a signal; until then its input fails.
  stdin.on('error', () => lines?.close());
  // After Ctrl-Z, the shell's `bg` continues the process in the background.
  host.on('SIGCONT', follow);
  return follow();
}

/** Whether this process belongs to the foreground of its terminal. On other systems than Linux this is assumed. */
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
