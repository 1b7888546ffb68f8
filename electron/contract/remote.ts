import { z } from 'zod';
import { failure } from './failure.ts';

/** No control characters: nothing that a terminal, a log or a line-wise reader could take for something else. */
const plain = /^\P{Cc}*$/u;

/**
 * Where to: `host`, `user@host`, an alias of `~/.ssh/config`, an IPv6 address (without brackets). Only what names are made
 * of: OpenSSH hands destination and user to the shell of a configured `ProxyCommand` (`%h`, `%r`).
 */
export const sshDestination = z
  .string()
  .trim()
  .min(1)
  .max(320)
  .regex(
    /^(?:[A-Za-z0-9_.][A-Za-z0-9_.+@\\-]*@)?[A-Za-z0-9_.:][A-Za-z0-9_.:%-]*$/,
    'Not a destination of ssh, such as glance@glance-01 or an alias of ~/.ssh/config',
  );

/** One word of a command line. Quoted for the remote shell when used; here only bounded. */
const word = z.string().min(1).max(1_000).regex(plain, 'No control characters');

/** The words of a command that another command is run by. The first is the name of a program, so no option. */
const commandWords = z
  .array(word)
  .max(30)
  .refine(([first]) => first === undefined || !first.startsWith('-'), 'Begins with an option instead of a program');

/** A file or directory on the host. */
export const remotePath = z
  .string()
  .trim()
  .min(2)
  .max(4_000)
  .startsWith('/', 'Not a full path')
  .regex(plain, 'No control characters');

/** How the console runs a host's own programs over OpenSSH. Of one host, or of all hosts of a cloud. */
export const remoteAccess = z.object({
  destination: sshDestination,
  /** Null leaves it to the ssh configuration. */
  port: z.int().min(1).max(65_535).nullable().default(null),
  /** What becomes the user whom Glance runs as: `sudo -n -u glance`. Empty: the login user is it already. */
  become: commandWords.default([]),
  /** What reaches into Glance's container: `docker exec glance_api`, `kubectl exec -n openstack glance-0 --`. */
  prefix: commandWords.default([]),
  /** Handed to Glance's programs as `--config-file` each. Empty: they find their own. */
  configFiles: z.array(remotePath).max(20).default([]),
});
export type RemoteAccess = z.infer<typeof remoteAccess>;

/** The same for the hosts of a cloud: each is logged in to by the name in its own address. */
export const cloudRemoteAccess = remoteAccess.omit({ destination: true }).extend({
  /** Null leaves it to the ssh configuration. */
  user: z
    .string()
    .trim()
    .max(100)
    .regex(/^[A-Za-z0-9_.][A-Za-z0-9_.+@\\-]*$/, 'Not the name of a user')
    .nullable()
    .default(null),
});
export type CloudRemoteAccess = z.infer<typeof cloudRemoteAccess>;

/** The programs of a host that the console runs. */
export const remoteProgram = z.enum(['pruner', 'cleaner', 'prefetcher']);
export type RemoteProgram = z.infer<typeof remoteProgram>;

/** One line of what a program says while it runs, control characters made visible or left out. */
export const remoteLine = z.object({ stream: z.enum(['stdout', 'stderr']), text: z.string().max(8_400) });
export type RemoteLine = z.infer<typeof remoteLine>;

/** How a program ended. Times in epoch milliseconds. */
export const remoteEnding = z.object({
  exitCode: z.int().min(0).max(255),
  startedAt: z.number(),
  endedAt: z.number(),
  /** In words: what the exit code, and what was said, mean. */
  text: z.string().max(2_000),
});
export type RemoteEnding = z.infer<typeof remoteEnding>;

/**
 * What ssh asks a person. `notice`: shown (touch the security key), nothing to answer. Any answer but the text of a
 * `hostKey` or `confirm` is a secret.
 */
export const sshQuestionKind = z.enum(['hostKey', 'passphrase', 'password', 'confirm', 'notice', 'other']);
export const sshQuestion = z.object({
  kind: sshQuestionKind,
  /** Whom it is about, as the operator wrote it. */
  destination: z.string().max(400),
  /** In ssh's own words, such as the fingerprint of a new host key. */
  text: z.string().max(4_000),
  /** Whether the answer may be shown while it is typed. */
  echo: z.boolean(),
});
export type SshQuestion = z.infer<typeof sshQuestion>;

/** A question on its way to the page, and its answer; null refuses. */
export const pendingSshQuestion = sshQuestion.extend({ id: z.string().max(64) });
export type PendingSshQuestion = z.infer<typeof pendingSshQuestion>;
export const sshAnswer = z.object({ id: z.string().max(64), answer: z.string().max(8_192).nullable() });

/** What the configuration of a host says of its cache. Bytes and seconds, as Glance reads them. */
export const cacheConfiguration = z.object({
  /** Null where caching is off. */
  directory: z.string().max(4_096).nullable(),
  limitBytes: z.number(),
  stallSeconds: z.number(),
  driver: z.string().max(100),
  /** Which of these are said in a file; the others are Glance's defaults. */
  stated: z.array(z.enum(['directory', 'limitBytes', 'stallSeconds', 'driver'])).max(4),
  /** The files that were read, in order. */
  files: z.array(z.string().max(4_096)).max(200),
  problems: z.array(z.string().max(500)).max(50),
});
export type CacheConfiguration = z.infer<typeof cacheConfiguration>;

/** `other`: in the cache directory, and no image (the driver's database, locks). */
export const diskFileState = z.enum(['cached', 'incomplete', 'invalid', 'queued', 'other']);
export type DiskFileState = z.infer<typeof diskFileState>;

/** A file in the cache directory. Times in epoch milliseconds, by the host's clock. */
export const diskFile = z.object({
  state: diskFileState,
  /** The file's name, for images their id; control characters made visible. */
  name: z.string().max(1_100),
  sizeBytes: z.number().min(0),
  modifiedAt: z.number(),
  accessedAt: z.number(),
});
export type DiskFile = z.infer<typeof diskFile>;

/** The cache directory of a host as it is on disk. */
export const diskListing = z.object({
  directory: z.string().max(4_096),
  /** Of the directory's file system; null where the host does not tell. */
  freeBytes: z.number().nullable(),
  totalBytes: z.number().nullable(),
  /** The host's own time when it was listed, epoch milliseconds: ages are told by it. */
  hostTime: z.number(),
  files: z.array(diskFile),
  /** True where the host has more files than were read. */
  truncated: z.boolean(),
});
export type DiskListing = z.infer<typeof diskListing>;

/** What the disk and the API disagree about. */
export const diskDifference = z.object({
  /** Cached on disk, and the API does not list it. Counts towards the limit; can make a native prune hang. */
  withoutRecord: z.array(diskFile),
  /** Listed as cached by the API, and there is no file. */
  withoutFile: z.array(z.string().max(1_000)),
  /** Listed by both, and not of the same size. */
  otherSize: z.array(z.object({ imageId: z.string().max(1_000), diskBytes: z.number(), recordBytes: z.number() })),
});
export type DiskDifference = z.infer<typeof diskDifference>;

/** An access tried from end to end, step by step. Changes nothing on the host. */
export const remoteVerdict = z.object({
  steps: z
    .array(
      z.object({
        /** The login; who it becomes, and where; Glance's programs there; their configuration; the cache directory. */
        step: z.enum(['reaches', 'becomes', 'programs', 'configuration', 'directory']),
        outcome: z.enum(['ok', 'warning', 'failed', 'skipped']),
        text: z.string().max(2_000),
      }),
    )
    .max(10),
  /** Of its programs, such as `25.1`. */
  release: z.string().max(50).nullable(),
  configuration: cacheConfiguration.nullable(),
  failure: failure.nullable(),
});
export type RemoteVerdict = z.infer<typeof remoteVerdict>;

/** The cache directory of a host as it is on disk, beside what its API lists. */
export const hostDisk = z.object({
  configuration: cacheConfiguration,
  listing: diskListing,
  /** What a clean would take now: names in `invalid` and, last written to longer ago than the stall time, `incomplete`. */
  cleanable: z.array(diskFile),
  /** What prune takes for the size of the cache: every file that counts, with or without a record. */
  countedBytes: z.number().min(0),
  /** Null where the host's list could not be read at that time. */
  difference: diskDifference.nullable(),
});
export type HostDisk = z.infer<typeof hostDisk>;

const literal = /^[A-Za-z0-9_@%+:,./-]+$/;
/** After the first word of a command, `a=b` is an argument; as the first word it would set a variable. */
const literalArgument = /^[A-Za-z0-9_@%+:,./-][A-Za-z0-9_@%+:,./=-]*$/;

/**
 * Splits a command, as an operator types it, into words: they are separated by white space, quotes hold them together,
 * a backslash takes the next character literally. Nothing is expanded. Returns `undefined` where a quote is not closed.
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
 * A command line of these words for a POSIX shell; `parseShellWords` reads it back. ssh joins its arguments with blanks
 * and the remote shell parses them again, so every argument has to pass through here. Throws a `RangeError` for a word
 * with a NUL, which no argument can hold.
 */
export function formatShellWords(words: readonly string[]): string {
  return words.map((word, index) => quoteShellWord(word, index === 0 ? literal : literalArgument)).join(' ');
}

function quoteShellWord(word: string, safe: RegExp): string {
  if (word.includes('\0')) throw new RangeError('An argument cannot hold a NUL');
  return safe.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
