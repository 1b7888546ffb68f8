import type { RemoteAccess, RemoteEnding, RemoteLine, RemoteProgram } from '../contract/remote.ts';
import { explainFailure, explainSuccess, type ProgramReport, ReportReader } from './program-output.ts';
import type { Ssh } from './ssh.ts';
import { shownDestination } from './ssh-arguments.ts';
import { detailOf, RemoteFailure } from './ssh-failures.ts';

export type ProgramRun = {
  program: RemoteProgram;
  /**
   * Which configuration it reads: those of the access where some are stated, else these, as `readCacheConfiguration` found
   * them. Left to itself, a program of Glance 25 or older does not read the configuration of glance-api.
   */
  configFiles?: readonly string[];
  deadlineMs: number;
  signal?: AbortSignal | undefined;
  unattended?: boolean;
  onLine?: (line: RemoteLine) => void;
};

export type ProgramOutcome = { ending: RemoteEnding; report: ProgramReport };

/** The command line of one of Glance's programs on the host. */
export function programCommand(
  access: RemoteAccess,
  { program, configFiles = [] }: Pick<ProgramRun, 'program' | 'configFiles'>,
): [string, ...string[]] {
  const files = access.configFiles.length > 0 ? access.configFiles : configFiles;
  return [
    `glance-cache-${program}`,
    ...files.flatMap((file) => ['--config-file', file]),
    // Only so does it tell what it removed; its exit code and its standard output do not.
    ...(program === 'pruner' ? ['--debug'] : []),
  ];
}

/** What of the output is kept for explaining the end. */
const keptLines = 400;

/**
 * Runs the pruner, the cleaner or the prefetcher on a host. Throws a `RemoteFailure` where it did not run to its end, or
 * ended with anything but 0, with what that means. Of its warnings that it will be removed from Glance nothing is made.
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
        if (kept.length > keptLines) kept.shift();
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
    const text = `${shownDestination(access)}: ${message}`;
    throw new RemoteFailure('programFailed', { code: 'hostError', message: text, remedy, ...detailOf(result.stderr) });
  }
  return { ending: { exitCode, startedAt, endedAt, text: explainSuccess(run.program, said) }, report: reader.report };
}

/** A pruner that does not end is a known fault of Glance (docs/glance-cache-api.md, section 0). */
function withKnownHang(error: unknown): unknown {
  if (!(error instanceof RemoteFailure) || error.problem !== 'timeout' || error.failure.notSent) return error;
  const { failure } = error;
  return new RemoteFailure('timeout', {
    ...failure,
    remedy: `${failure.remedy} With the driver centralized_db (28 and later) the pruner never ends when files without a record keep the cache directory over its limit: remove those files first.`,
  });
}

/**
 * Constant; the program's name is its argument. Of each process whose command line holds it: its id, then its words, a NUL
 * after each; a record separator at the end. Exit code 3: nothing can be told, as where `/proc` is missing.
 */
const script = `[ -r /proc/self/cmdline ] || exit 3
for f in $(grep -l -F -e "$1" /proc/[0-9]*/cmdline 2>/dev/null); do
  p=\${f#/proc/}
  printf '%s\\000' "\${p%/cmdline}"
  cat "$f" 2>/dev/null
  printf '\\036'
done
exit 0`;

type Wanted = {
  program: RemoteProgram;
  /** With which it would be run: one that is run with others is another host's. */
  configFiles: readonly string[];
};

/**
 * The processes of one of Glance's programs that run on a host now, whoever started them; `undefined` where the host
 * cannot tell. Throws a `RemoteFailure`.
 */
export async function findProgram(
  ssh: Ssh,
  access: RemoteAccess,
  wanted: Wanted,
  signal?: AbortSignal,
): Promise<number[] | undefined> {
  const { exitCode, stdout } = await ssh.run(access, {
    program: ['sh', '-c', script, 'sh', `glance-cache-${wanted.program}`],
    deadlineMs: 30_000,
    signal,
  });
  return exitCode === 0 ? readProcesses(stdout.toString(), wanted) : undefined;
}

/** What the script above answers. */
export function readProcesses(answer: string, { program, configFiles }: Wanted): number[] {
  const name = `glance-cache-${program}`;
  return answer.split('\u001e').flatMap((record) => {
    const [pid = '', ...words] = record.split('\0');
    // A Python or a shell may run it.
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
