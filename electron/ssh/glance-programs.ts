import type { Amount } from '../contract/operations.ts';
import type { RemoteAccess, RemoteEnding, RemoteLine, RemoteProgram } from '../contract/remote.ts';
import { explainFailure, explainSuccess } from './program-failures.ts';
import type { Ssh } from './ssh.ts';
import { formatDestination } from './ssh-arguments.ts';
import { detailOf, RemoteFailure } from './ssh-failures.ts';

export type ProgramRun = {
  program: RemoteProgram;
  /**
   * The configuration files that the program reads, as `readCacheConfiguration` found them; those stated in the access
   * win. Without them, a program of Glance 25 or older does not read the configuration of glance-api.
   */
  configFiles?: readonly string[];
  deadlineMs: number;
  signal?: AbortSignal | undefined;
  unattended?: boolean;
  onLine?: (line: RemoteLine) => void;
};

export type ProgramOutcome = { ending: RemoteEnding; report: ProgramReport };

/** The command line that runs one of Glance's programs on a host. */
export function programCommand(
  access: RemoteAccess,
  { program, configFiles = [] }: Pick<ProgramRun, 'program' | 'configFiles'>,
): [string, ...string[]] {
  const files = access.configFiles.length > 0 ? access.configFiles : configFiles;
  return [
    `glance-cache-${program}`,
    ...files.flatMap((file) => ['--config-file', file]),
    // With --debug the program logs what it removed; its exit code and its standard output do not say so.
    ...(program === 'pruner' ? ['--debug'] : []),
  ];
}

/** The number of output lines that are kept to explain a failure. */
const maxExplainedLines = 400;

/**
 * Runs the pruner, the cleaner or the prefetcher on a host. Throws a `RemoteFailure` if the program did not run to its
 * end or ended with an exit code other than 0. Ignores the program's warnings that it will be removed from Glance.
 */
export async function runProgram(ssh: Ssh, access: RemoteAccess, run: ProgramRun): Promise<ProgramOutcome> {
  const command = programCommand(access, run);
  const [name] = command;
  const reader = new ReportReader();
  const kept: string[] = [];
  const result = await ssh
    .run(access, {
      program: command,
      deadlineMs: run.deadlineMs,
      signal: run.signal,
      ...(run.unattended === undefined ? {} : { unattended: run.unattended }),
      onLine: (line) => {
        reader.read(line.text);
        kept.push(line.text);
        if (kept.length > maxExplainedLines) kept.shift();
        run.onLine?.(line);
      },
    })
    .catch((error: unknown) => {
      throw run.program === 'pruner' ? withKnownHang(error) : error;
    });
  const said = kept.join('\n');
  const { exitCode, startedAt, endedAt } = result;
  if (exitCode !== 0) {
    const { message, remedy } = explainFailure(name, exitCode, said);
    const text = `${formatDestination(access)}: ${message}`;
    throw new RemoteFailure('programFailed', { code: 'hostError', message: text, remedy, ...detailOf(result.stderr) });
  }
  return { ending: { exitCode, startedAt, endedAt, text: explainSuccess(run.program, said) }, report: reader.report };
}

/** Some pruners never end; this is a known fault of Glance (docs/glance-cache-api.md, section 0). */
function withKnownHang(error: unknown): unknown {
  if (!(error instanceof RemoteFailure) || error.problem !== 'timeout' || error.failure.notSent) return error;
  const { failure } = error;
  return new RemoteFailure('timeout', {
    ...failure,
    remedy: `${failure.remedy} With the driver centralized_db (28 and later), glance-cache-pruner never ends when files without a record keep the cache directory over its limit. Remove these files first.`,
  });
}

/**
 * A constant script; the program's name is its argument. For each process whose command line contains that name it
 * prints the process id and the words of the command line, each followed by a NUL, then a record separator. Exit code
 * 3: the host has no `/proc`.
 */
const script = `[ -r /proc/self/cmdline ] || exit 3
for f in $(grep -l -F -e "$1" /proc/[0-9]*/cmdline 2>/dev/null); do
  p=\${f#/proc/}
  printf '%s\\000' "\${p%/cmdline}"
  cat "$f" 2>/dev/null
  printf '\\036'
done
exit 0`;

type ProgramQuery = {
  program: RemoteProgram;
  /** The configuration files of this host; a process with others belongs to another host. */
  configFiles: readonly string[];
};

/**
 * Finds the running processes of one of Glance's programs on a host, whoever started them; `undefined` if the host
 * cannot list processes. Throws a `RemoteFailure`.
 */
export async function findProgram(
  ssh: Ssh,
  access: RemoteAccess,
  wanted: ProgramQuery,
  signal?: AbortSignal,
): Promise<number[] | undefined> {
  const { exitCode, stdout } = await ssh.run(access, {
    program: ['sh', '-c', script, 'sh', `glance-cache-${wanted.program}`],
    deadlineMs: 30_000,
    signal,
  });
  return exitCode === 0 ? readProcesses(stdout.toString(), wanted) : undefined;
}

/** Parses the output of the script. */
export function readProcesses(answer: string, { program, configFiles }: ProgramQuery): number[] {
  const name = `glance-cache-${program}`;
  return answer.split('\u001e').flatMap((record) => {
    const [pid = '', ...words] = record.split('\0');
    // The first word may be Python or a shell that runs the program.
    const at = words.slice(0, 2).findIndex((word) => word === name || word.endsWith(`/${name}`));
    if (!/^\d{1,10}$/.test(pid) || at < 0) return [];
    const args = words.slice(at + 1);
    if (args.includes('--version') || args.includes('--help')) return [];
    const others = args.flatMap((word, index) =>
      word === '--config-file' ? [args[index + 1] ?? ''] : (/^--config-file=(.+)/.exec(word)?.[1] ?? []),
    );
    const elsewhere = others.length > 0 && configFiles.length > 0 && !others.some((file) => configFiles.includes(file));
    return elsewhere ? [] : [Number(pid)];
  });
}

/**
 * What a program reported on its output. The files that the cleaner removed are listed with the kind of directory they
 * were in.
 */
export type ProgramReport = {
  pruned: { imageId: string; bytes: number }[];
  /** The pruner's own sum; undefined if it printed none. */
  prunedTotal: Amount | undefined;
  cleaned: { state: 'invalid' | 'incomplete'; name: string }[];
  /** Files that the program failed to remove. */
  problems: string[];
};

const maxEntries = 100_000;

/**
 * Builds the report line by line from the log lines of Glance's image_cache, which have the same text in Glance 25 to
 * 33.
 */
export class ReportReader {
  readonly report: ProgramReport = { pruned: [], prunedTotal: undefined, cleaned: [], problems: [] };

  read(line: string): void {
    const { report } = this;
    const pruning = /\bPruning '([^']{1,1000})' to free (\d{1,15}) bytes/.exec(line);
    if (pruning?.[1] && report.pruned.length < maxEntries) {
      report.pruned.push({ imageId: pruning[1], bytes: Number(pruning[2]) });
    }
    const total = /\bPruned (\d{1,9}) and (\d{1,15})\./.exec(line);
    if (total) report.prunedTotal = { images: Number(total[1]), bytes: Number(total[2]) };
    // Matched without the leading space, so that a directory of that name in the path does no harm.
    const removed = /Removed (invalid|stalled) cache file (.{1,4000})$/.exec(line);
    if (removed?.[2] && report.cleaned.length < maxEntries) {
      const name = removed[2].slice(removed[2].lastIndexOf('/') + 1).trimEnd();
      report.cleaned.push({ state: removed[1] === 'invalid' ? 'invalid' : 'incomplete', name });
    }
    const failed = /Failed to delete file .*/.exec(line);
    if (failed && report.problems.length < 100) report.problems.push(failed[0].slice(0, 500));
  }
}
