import type { RemoteAccess, RemoteProgram } from '../contract/remote.ts';
import type { Ssh } from './ssh.ts';

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
