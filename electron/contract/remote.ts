import { z } from 'zod';
import { failure } from './failure.ts';

/** Text without control characters, which a terminal, a log or a line-based parser would interpret. */
const plain = /^\P{Cc}*$/u;

/**
 * The destination: `host`, `user@host`, an alias of `~/.ssh/config`, or an IPv6 address without brackets. Only
 * characters of names are allowed, because OpenSSH passes destination and user to the shell of a configured
 * `ProxyCommand` (`%h`, `%r`).
 */
const sshDestination = z
  .string()
  .trim()
  .min(1)
  .max(320)
  .regex(
    /^(?:[A-Za-z0-9_.][A-Za-z0-9_.+@\\-]*@)?[A-Za-z0-9_.:][A-Za-z0-9_.:%-]*$/,
    'Enter an SSH destination such as glance@glance-01 or an alias from ~/.ssh/config',
  );

/** One word of a command line. It is quoted for the remote shell when it is used. */
const word = z.string().min(1).max(1_000).regex(plain, 'Control characters are not allowed');

/** The words of a command that runs another command. The first word is a program, not an option. */
const commandWords = z
  .array(word)
  .max(30)
  .refine(([first]) => first === undefined || !first.startsWith('-'), 'Starts with an option instead of a program');

/** The absolute path of a file or directory on the host. */
const remotePath = z
  .string()
  .trim()
  .min(2)
  .max(4_000)
  .startsWith('/', 'Enter an absolute path')
  .regex(plain, 'Control characters are not allowed');

/** How the console runs programs on one host over OpenSSH. */
export const remoteAccess = z.object({
  destination: sshDestination,
  /** Null uses the value of the ssh configuration. */
  port: z.int().min(1).max(65_535).nullable().default(null),
  /**
   * The command that switches to Glance's user, such as `sudo -n -u glance`. Empty when the login user is Glance's
   * user.
   */
  become: commandWords.default([]),
  /**
   * The command that enters Glance's container, such as `docker exec glance_api` or `kubectl exec -n openstack glance-0
   * --`.
   */
  prefix: commandWords.default([]),
  /** Passed to Glance's programs as `--config-file` options. Empty uses the programs' defaults. */
  configFiles: z.array(remotePath).max(20).default([]),
});
export type RemoteAccess = z.infer<typeof remoteAccess>;

/** The ssh access of all hosts of a cloud. The destination of each host is the host name of its address. */
export const cloudRemoteAccess = remoteAccess.omit({ destination: true }).extend({
  /** Null uses the value of the ssh configuration. */
  user: z
    .string()
    .trim()
    .max(100)
    .regex(/^[A-Za-z0-9_.][A-Za-z0-9_.+@\\-]*$/, 'Not a valid user name')
    .nullable()
    .default(null),
});
export type CloudRemoteAccess = z.infer<typeof cloudRemoteAccess>;

/** The Glance programs that the console runs on a host. */
export const remoteProgram = z.enum(['pruner', 'cleaner', 'prefetcher']);
export type RemoteProgram = z.infer<typeof remoteProgram>;

/** One line of a program's output. Control characters are made visible or removed. */
export const remoteLine = z.object({ stream: z.enum(['stdout', 'stderr']), text: z.string().max(8_400) });
export type RemoteLine = z.infer<typeof remoteLine>;

/** The exit of a program. Times in epoch milliseconds. */
export const remoteEnding = z.object({
  exitCode: z.int().min(0).max(255),
  startedAt: z.number(),
  endedAt: z.number(),
  /** An explanation of the exit code and the output. */
  text: z.string().max(2_000),
});
export type RemoteEnding = z.infer<typeof remoteEnding>;

/**
 * The kind of a question that ssh asks. A `notice` (such as to touch the security key) needs no answer. Every answer is
 * a secret, except to `hostKey` and `confirm`.
 */
const sshQuestionKind = z.enum(['hostKey', 'passphrase', 'password', 'confirm', 'notice', 'other']);
export const sshQuestion = z.object({
  kind: sshQuestionKind,
  /** The destination as the operator wrote it. */
  destination: z.string().max(400),
  /** The text of ssh, such as the fingerprint of a new host key. */
  text: z.string().max(4_000),
  /** Whether the answer may be visible while it is typed. */
  echo: z.boolean(),
});
export type SshQuestion = z.infer<typeof sshQuestion>;

/** A question that waits for an answer. A null answer refuses. */
export const pendingSshQuestion = sshQuestion.extend({ id: z.string().max(64) });
export type PendingSshQuestion = z.infer<typeof pendingSshQuestion>;
export const sshAnswer = z.object({ id: z.string().max(64), answer: z.string().max(8_192).nullable() });

/** The cache options of a host's configuration, as Glance reads them. Sizes in bytes, times in seconds. */
export const cacheConfiguration = z.object({
  /** Null when caching is off. */
  directory: z.string().max(4_096).nullable(),
  limitBytes: z.number(),
  stallSeconds: z.number(),
  driver: z.string().max(100),
  /** The options that a file sets. The others are Glance's defaults. */
  stated: z.array(z.enum(['directory', 'limitBytes', 'stallSeconds', 'driver'])).max(4),
  /** The paths of the files that were read, in order. */
  files: z.array(z.string().max(4_096)).max(200),
  problems: z.array(z.string().max(500)).max(50),
});
export type CacheConfiguration = z.infer<typeof cacheConfiguration>;

/** `other`: a file of the cache directory that is no image, such as the driver's database or a lock. */
export const diskFileState = z.enum(['cached', 'incomplete', 'invalid', 'queued', 'other']);
export type DiskFileState = z.infer<typeof diskFileState>;

/** A file of the cache directory. Times in epoch milliseconds, by the host's clock. */
export const diskFile = z.object({
  state: diskFileState,
  /** The file's name, which is the id for an image. Control characters are made visible. */
  name: z.string().max(1_100),
  sizeBytes: z.number().min(0),
  modifiedAt: z.number(),
  accessedAt: z.number(),
});
export type DiskFile = z.infer<typeof diskFile>;

/** The files in the cache directory of a host. */
export const diskListing = z.object({
  directory: z.string().max(4_096),
  /** Free and total space of the directory's file system. Null when the host does not report it. */
  freeBytes: z.number().nullable(),
  totalBytes: z.number().nullable(),
  /** The host's clock when the directory was listed, in epoch milliseconds. Ages of files are relative to it. */
  hostTime: z.number(),
  files: z.array(diskFile),
  /** True when the host has more files than were read. */
  truncated: z.boolean(),
});
export type DiskListing = z.infer<typeof diskListing>;

/** The differences between the cache directory and the API's list. */
export const diskDifference = z.object({
  /**
   * Files of cached images that the API does not list. They count towards the limit, and can make a native prune hang.
   */
  withoutRecord: z.array(diskFile),
  /** Image ids that the API lists as cached, without a file. */
  withoutFile: z.array(z.string().max(1_000)),
  /** Images whose sizes differ between the disk and the API. */
  otherSize: z.array(z.object({ imageId: z.string().max(1_000), diskBytes: z.number(), recordBytes: z.number() })),
});
export type DiskDifference = z.infer<typeof diskDifference>;

/** The result of testing ssh access step by step. The test changes nothing on the host. */
export const remoteVerdict = z.object({
  steps: z
    .array(
      z.object({
        /**
         * In this order: the login, switching to Glance's user, finding Glance's programs, their configuration, the
         * cache directory.
         */
        step: z.enum(['reaches', 'becomes', 'programs', 'configuration', 'directory']),
        outcome: z.enum(['ok', 'warning', 'failed', 'skipped']),
        text: z.string().max(2_000),
      }),
    )
    .max(10),
  /** The release of Glance's programs, such as `25.1`. */
  release: z.string().max(50).nullable(),
  configuration: cacheConfiguration.nullable(),
  failure: failure.nullable(),
});
export type RemoteVerdict = z.infer<typeof remoteVerdict>;

/** The cache directory of a host, compared with the API's list. */
export const hostDisk = z.object({
  configuration: cacheConfiguration,
  listing: diskListing,
  /**
   * The files that a clean removes now: those in `invalid`, and those in `incomplete` not written to for the stall
   * time.
   */
  cleanable: z.array(diskFile),
  /** The cache size that a prune compares with the limit: all image files, with or without a record. */
  countedBytes: z.number().min(0),
  /** Null when the host's list could not be read. */
  difference: diskDifference.nullable(),
});
export type HostDisk = z.infer<typeof hostDisk>;

const literal = /^[A-Za-z0-9_@%+:,./-]+$/;
/**
 * `a=b` is an argument after the first word of a command. As the first word it sets a variable, so it is quoted there.
 */
const literalArgument = /^[A-Za-z0-9_@%+:,./-][A-Za-z0-9_@%+:,./=-]*$/;

/**
 * Splits a command line into words, at white space outside of quotes. A backslash escapes the next character, except
 * within single quotes. Nothing is expanded. Returns `undefined` when a quote is not closed.
 */
export function parseShellWords(text: string): string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  let quote: string | undefined;
  for (let at = 0; at < text.length; at += 1) {
    const letter = text.charAt(at);
    if (letter === '\\' && quote !== "'") {
      at += 1;
      if (at >= text.length) return undefined;
      word = (word ?? '') + text.charAt(at);
    } else if (quote !== undefined) {
      if (letter === quote) quote = undefined;
      else word += letter;
    } else if (letter === '"' || letter === "'") {
      quote = letter;
      word ??= '';
    } else if (/\s/.test(letter)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + letter;
  }
  if (quote !== undefined) return undefined;
  if (word !== undefined) words.push(word);
  return words;
}

/**
 * Formats words as a command line for a POSIX shell; the inverse of `parseShellWords`. ssh joins its arguments with
 * blanks and the remote shell parses them again, so every remote command must be formatted here. Throws a `RangeError`
 * for a word that contains a NUL character, which no argument can contain.
 */
export function formatShellWords(words: readonly string[]): string {
  return words.map((word, index) => quoteShellWord(word, index === 0 ? literal : literalArgument)).join(' ');
}

function quoteShellWord(word: string, safe: RegExp): string {
  if (word.includes('\0')) throw new RangeError('An argument cannot contain a NUL character');
  return safe.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
