import { join } from 'node:path';
import { type Logger, pino } from 'pino';
import { ExpectedFailure } from '../contract/failure.ts';
import { openLogFile } from './log-file.ts';

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

/** Keystone's Fernet tokens and JSON web tokens, wherever they got into a text. */
const tokenText = /\b(?:gAAAAA[\w-]{16,}=*|eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*)/g;

/** Opens `console.log` of a directory. What looks like a secret is never written, whatever is handed in. */
export function openLog(directory: string, options: { level?: string; maxBytes?: number } = {}) {
  const path = join(directory, 'console.log');
  const file = openLogFile(path, options.maxBytes ?? 5 * 1024 * 1024);
  const log = pino(
    {
      level: options.level ?? 'info',
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: depths.flatMap((depth) => secretKeys.map((key) => redactPath(depth, key))), censor: '[hidden]' },
      serializers: { error: describeError, err: describeError },
    },
    { write: (line: string) => file.write(line.replace(tokenText, '[hidden]')) },
  );
  return { log, path, close: () => file.close() };
}

function redactPath(depth: string, key: string): string {
  return depth === '' || key.startsWith('[') ? `${depth}${key}` : `${depth}.${key}`;
}

/** An error's own words and where it came from; not its further properties, which may hold a request with its headers. */
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
