import type { RemoteAccess, RemoteProgram } from '../contract/remote.ts';
import type { Ssh } from './ssh.ts';

/**
 * Constant; the program's name is its argument. Exit code 3: nothing can be told, as where `/proc` is missing. A program
 * is the first word of its command line, or the second where a Python or a shell runs it.
 */
const script = `[ -r /proc/self/cmdline ] || exit 3
for f in $(grep -l -F -e "$1" /proc/[0-9]*/cmdline 2>/dev/null); do
  tr '\\000' '\\n' < "$f" 2>/dev/null | {
    IFS= read -r a; IFS= read -r b
    case "/$a" in */"$1") exit 0;; esac
    case "/$b" in */"$1") exit 0;; esac
    exit 1
  } && { p=\${f#/proc/}; printf '%s\\n' "\${p%/cmdline}"; }
done
exit 0`;

/**
 * The processes of one of Glance's programs that run on a host now, whoever started them; `undefined` where the host
 * cannot tell. Throws a `RemoteFailure`.
 */
export async function findProgram(
  ssh: Ssh,
  access: RemoteAccess,
  program: RemoteProgram,
  signal?: AbortSignal,
): Promise<number[] | undefined> {
  const { exitCode, stdout } = await ssh.run(access, {
    program: ['sh', '-c', script, 'sh', `glance-cache-${program}`],
    deadlineMs: 30_000,
    signal,
  });
  if (exitCode !== 0) return undefined;
  return [...stdout.toString().matchAll(/^\d{1,10}$/gm)].map(([pid]) => Number(pid)).slice(0, 100);
}
