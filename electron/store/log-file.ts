import { closeSync, fstatSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { systemCode } from './directory.ts';

/** Where log lines go. */
export interface LogFile {
  write(line: string): void;
  close(): void;
}

/**
 * A file that takes lines until it holds `maxBytes`, then becomes `FILE.1` and starts anew, so that the log never takes
 * more than twice that. Lines are written at once: what was logged before a crash is there after it.
 */
export function openLogFile(file: string, maxBytes: number): LogFile {
  let descriptor = openSync(file, 'a', 0o600);
  let size = fstatSync(descriptor).size;
  let lost = 0;
  let open = true;

  function startAnew(): void {
    closeSync(descriptor);
    rmSync(`${file}.1`, { force: true });
    renameSync(file, `${file}.1`);
    descriptor = openSync(file, 'a', 0o600);
    size = 0;
  }

  return {
    write(line) {
      if (!open) return;
      try {
        if (size > 0 && size + line.length > maxBytes) startAnew();
        if (lost > 0) size += writeSync(descriptor, `{"level":40,"msg":"${lost} lines could not be written"}\n`);
        lost = 0;
        size += writeSync(descriptor, line);
      } catch (error) {
        // A full disk must not end the console, and there is no other place to say it: it is said when there is room.
        if (systemCode(error) === undefined) throw error;
        lost += 1;
      }
    },
    close() {
      if (open) closeSync(descriptor);
      open = false;
    },
  };
}
