import type { RemoteAccess, RemoteEnding, RemoteLine, RemoteProgram } from '../contract/remote.ts';
import { detailOf, RemoteFailure } from './failures.ts';
import { AccountReader, type ProgramAccount } from './program-account.ts';
import { explainEnding, explainSuccess } from './program-words.ts';
import type { Ssh } from './ssh.ts';
import { shownDestination } from './ssh-arguments.ts';

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

export type ProgramOutcome = { ending: RemoteEnding; account: ProgramAccount };

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
  const reader = new AccountReader();
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
    const { message, remedy } = explainEnding(name, exitCode, said);
    const text = `${shownDestination(access)}: ${message}`;
    throw new RemoteFailure('programFailed', { code: 'hostError', message: text, remedy, ...detailOf(result.stderr) });
  }
  return { ending: { exitCode, startedAt, endedAt, text: explainSuccess(run.program, said) }, account: reader.account };
}

/** A pruner that does not end is a known fault of Glance (glance-cache-api.md, section 0). */
function withKnownHang(error: unknown): unknown {
  if (!(error instanceof RemoteFailure) || error.problem !== 'timeout' || error.failure.notSent) return error;
  const { failure } = error;
  return new RemoteFailure('timeout', {
    ...failure,
    remedy: `${failure.remedy} With the driver centralized_db (28 and later) the pruner never ends when files without a record keep the cache directory over its limit: remove those files first.`,
  });
}
