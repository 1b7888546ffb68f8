import { formatShellWords } from '../contract/remote.ts';

/**
 * The only shell text that is sent to a host. It is constant: variable parts are arguments ("$1", "$@").
 *
 * ssh host sh -c OUTER sh TOKEN sudo -n -u glance docker exec glance_api sh -c INNER sh TOKEN glance-cache-pruner …
 *
 * OUTER reports that the login worked before become and prefix run, so that a later failure is not taken for a failure
 * of ssh, although both may end with 255. INNER runs beside the program, as the same user. It starts the program in its
 * own process group, reports its process id and exit code, and ends it when standard input closes. Both report on
 * standard error, in marks that contain a random token, so that no program can forge them. INNER prints the marks `begin`
 * and `end` around the program's standard output as well: a login shell, become or a container tool may print before it.
 *
 * Standard input is the lifeline: it closes when the console ends a program, when the console or its ssh is killed, and
 * when the connection breaks. A wrapper that does not pass it on (`docker exec` without `-i`) does not pass on the
 * token either; such a program is ended by KILL through a second command.
 */
const outer = `t=$1; shift; LC_ALL=C; export LC_ALL
printf '\\036%s login %s\\036\\n' "$t" "\${LOGNAME:-$USER}" >&2
exec "$@"`;

/** Ends process "$p" and its group: SIGTERM first, SIGKILL after 5 s. */
const end = `kill -s TERM -- "-$p" 2>/dev/null || kill -s TERM "$p" 2>/dev/null
n=0
while [ "$n" -lt 5 ] && kill -s 0 "$p" 2>/dev/null; do sleep 1; n=$((n+1)); done
kill -s KILL -- "-$p" 2>/dev/null || kill -s KILL "$p" 2>/dev/null`;

const inner = `t=$1; shift
if ! command -v "$1" >/dev/null 2>&1; then printf '\\036%s missing\\036\\n' "$t" >&2; exit 127; fi
exec 3<&0
l=
IFS= read -r l <&3
printf '\\036%s begin\\036' "$t"
printf '\\036%s begin\\036\\n' "$t" >&2
if command -v setsid >/dev/null 2>&1; then setsid "$@" </dev/null 3<&- & else "$@" </dev/null 3<&- & fi
p=$!
m=none; w=
if [ "$l" = "$t" ]; then
  m=lifeline
  ( while IFS= read -r l <&3; do :; done
${end} ) >/dev/null 2>&1 &
  w=$!
fi
exec 3<&-
printf '\\036%s start %s %s\\036\\n' "$t" "$p" "$m" >&2
wait "$p"; c=$?
if [ -n "$w" ]; then kill "$w" 2>/dev/null; fi
printf '\\036%s end\\036' "$t"
printf '\\036%s exit %s\\036\\n' "$t" "$c" >&2
exit "$c"`;

const kill = `p=$1
${end}
if kill -s 0 "$p" 2>/dev/null; then sleep 1; fi
if kill -s 0 "$p" 2>/dev/null; then exit 1; fi
exit 0`;

/** The operator's commands around a program: become and prefix. */
type Wrapper = { become: readonly string[]; prefix: readonly string[] };

/** The command line for the remote login shell that runs a program through its wrappers. */
export function remoteCommand(token: string, { become, prefix }: Wrapper, program: readonly string[]): string {
  return formatShellWords([
    'sh',
    '-c',
    outer,
    'sh',
    token,
    ...become,
    ...prefix,
    'sh',
    '-c',
    inner,
    'sh',
    token,
    ...program,
  ]);
}

/** The program for `remoteCommand` that ends an earlier process. Exit code 0 means that the process is gone. */
export function killProgram(pid: number): string[] {
  return ['sh', '-c', kill, 'sh', String(pid)];
}

/** The marks around the program's standard output. */
export function outputMarks(token: string): { begin: string; end: string } {
  return { begin: `\u001e${token} begin\u001e`, end: `\u001e${token} end\u001e` };
}

/** The reports of the scripts. */
export type Mark =
  | { kind: 'login'; user: string }
  | { kind: 'begin' }
  | { kind: 'missing' }
  | { kind: 'start'; pid: number; lifeline: boolean }
  | { kind: 'exit'; code: number };

/**
 * Splits a line of standard error into marks and text. `before` is the text before the last mark that starts something
 * (`login`, `begin`): it is output of what ran before.
 */
export function extractMarks(line: string, token: string): { marks: Mark[]; before: string; rest: string | undefined } {
  const marks: Mark[] = [];
  let before = '';
  let rest = '';
  for (const [index, part] of line.split(new RegExp(`\\u001e${token} ([^\\u001e]*)\\u001e`)).entries()) {
    if (index % 2 === 0) {
      rest += part;
      continue;
    }
    const mark = readMark(part);
    if (mark) marks.push(mark);
    if (mark?.kind !== 'login' && mark?.kind !== 'begin') continue;
    before += rest;
    rest = '';
  }
  return { marks, before, rest: marks.length > 0 && rest === '' ? undefined : rest };
}

function readMark(text: string): Mark | undefined {
  const [kind = '', first = '', second = ''] = text.split(' ');
  if (kind === 'login') return { kind, user: text.slice('login '.length) };
  const number = Number(first);
  if (kind === 'begin' || kind === 'missing') return { kind };
  if (kind === 'start' && number > 1) return { kind, pid: number, lifeline: second === 'lifeline' };
  if (kind === 'exit' && number >= 0 && number <= 255 && first !== '') return { kind, code: number };
  return undefined;
}
