import { closeSync, existsSync, fstatSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type Logger, pino } from 'pino';
import { ExpectedFailure } from '../contract/failure.ts';
import { hideLongSecrets } from '../lib/secrets-in-use.ts';
import { systemCode } from '../lib/system-error.ts';

export type { Logger };

const secretKeys = [
  'password',
  'secret',
  'token',
  'passcode',
  'credential',
  'authorization',
  'cookie',
  '["x-auth-token"]',
  '["x-subject-token"]',
  '["X-Auth-Token"]',
  '["X-Subject-Token"]',
];
const depths = ['', '*', '*.*', '*.*.*'];

/**
 * Opens `console.log` in a directory. Secrets are never written: they are redacted by key, by form, and where they are
 * in use. `onLost` receives the errors of lines that could not be written.
 */
export function openLog(
  directory: string,
  options: { level?: string; maxBytes?: number; onLost?: (error: unknown) => void } = {},
) {
  const path = join(directory, 'console.log');
  const file = new RotatingFile(path, options.maxBytes ?? 5 * 1024 * 1024, options.onLost);
  const log = pino(
    {
      level: options.level ?? 'info',
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: depths.flatMap((depth) => secretKeys.map((key) => redactPath(depth, key))), censor: '[hidden]' },
      serializers: { error: describeError, err: describeError },
    },
    { write: (line: string) => file.write(hideLongSecrets(line)) },
  );
  return { log, path, close: () => file.close() };
}

function redactPath(depth: string, key: string): string {
  return depth === '' || key.startsWith('[') ? `${depth}${key}` : `${depth}.${key}`;
}

/** The message, stack and causes of an error, without its other properties, such as a request with its headers. */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error).slice(0, 2_000) };
  return {
    type: error.name,
    message: error.message.slice(0, 2_000),
    stack: error.stack?.slice(0, 8_000),
    ...(error instanceof ExpectedFailure ? { code: error.failure.code } : {}),
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause) }),
  };
}

/**
 * A file that grows to `maxBytes`. Then it becomes `FILE.1` and another one starts, so that the log never takes more than
 * twice that. Lines are written synchronously: a line that was logged before a crash is there after it.
 */
class RotatingFile {
  readonly #file: string;
  readonly #maxBytes: number;
  /** Undefined once closed. Always replaced before its file is closed, as its number may belong to another file then. */
  #descriptor: number | undefined;
  #size: number;
  #lost = 0;
  readonly #onLost: ((error: unknown) => void) | undefined;

  constructor(file: string, maxBytes: number, onLost?: (error: unknown) => void) {
    this.#file = file;
    this.#maxBytes = maxBytes;
    this.#onLost = onLost;
    this.#descriptor = openSync(file, 'a', 0o600);
    this.#size = fstatSync(this.#descriptor).size;
  }

  write(line: string): void {
    if (this.#descriptor === undefined) return;
    try {
      const descriptor =
        this.#size > 0 && this.#size + line.length > this.#maxBytes ? this.#rotate() : this.#descriptor;
      if (this.#lost > 0) {
        // A full disk may have truncated the last line.
        this.#size += writeSync(descriptor, `\n{"level":40,"msg":"${this.#lost} lines could not be written"}\n`);
      }
      this.#lost = 0;
      const written = writeSync(descriptor, line);
      this.#size += written;
      if (written < Buffer.byteLength(line)) this.#lost = 1;
    } catch (error) {
      // A full disk must not end the console. The lost lines are counted, and the count is logged when there is room.
      if (systemCode(error) === undefined) throw error;
      this.#lost += 1;
      this.#onLost?.(error);
    }
  }

  close(): void {
    const last = this.#descriptor;
    this.#descriptor = undefined;
    if (last !== undefined) closeSync(last);
  }

  /** Starts another file and returns its descriptor. When that fails, the next line tries again. */
  #rotate(): number {
    if (existsSync(this.#file)) {
      rmSync(`${this.#file}.1`, { force: true });
      renameSync(this.#file, `${this.#file}.1`);
    }
    const last = this.#descriptor;
    const descriptor = openSync(this.#file, 'a', 0o600);
    this.#descriptor = descriptor;
    this.#size = fstatSync(descriptor).size;
    if (last !== undefined) closeSync(last);
    return descriptor;
  }
}
