import { formatShellWords } from '../contract/remote.ts';

/*
 * The only shell text that is ever sent to a host. It is constant: whatever varies comes in as arguments ("$1", "$@").
 *
 * ssh host  sh -c OUTER sh TOKEN  sudo -n -u glance  docker exec glance_api  sh -c INNER sh TOKEN  glance-cache-pruner …
 *
 * OUTER says that the login worked, before become and prefix get their turn: so that what fails afterwards is known not
 * to be ssh's failure, though both may end with 255. INNER, beside the program and as its user, starts it in a process
 * group of its own, says its process id and exit code, and ends it when its standard input is closed. Both say so on
 * standard error, in marks that hold a random token, so that no program can forge them.
 *
 * The standard input is the lifeline: it closes when the console asks, when the console or its ssh is killed, and when
 * the connection breaks. Programs that do not hand it on (`docker exec` without `-i`) are noticed by their not handing
 * on the token, and ended by KILL through a second command.
 */
const outer = `t=$1; shift; LC_ALL=C; export LC_ALL
printf '\\036%s login\\036\\n' "$t" >&2
exec "$@"`;

/** Ends the process "$p" with its group: asks, and after 5 s does not ask any more. */
const end = `kill -s TERM -- "-$p" 2>/dev/null || kill -s TERM "$p" 2>/dev/null
n=0
while [ "$n" -lt 5 ] && kill -s 0 "$p" 2>/dev/null; do sleep 1; n=$((n+1)); done
kill -s KILL -- "-$p" 2>/dev/null || kill -s KILL "$p" 2>/dev/null`;

const inner = `t=$1; shift
if ! command -v "$1" >/dev/null 2>&1; then printf '\\036%s missing\\036\\n' "$t" >&2; exit 127; fi
exec 3<&0
l=
IFS= read -r l <&3
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
printf '\\036%s exit %s\\036\\n' "$t" "$c" >&2
exit "$c"`;

const kill = `p=$1
${end}
if kill -s 0 "$p" 2>/dev/null; then sleep 1; fi
if kill -s 0 "$p" 2>/dev/null; then exit 1; fi
exit 0`;

/** Who runs a command on the host: become and prefix, both words of the operator's. */
type Wrapper = { become: readonly string[]; prefix: readonly string[] };

/** The command line, for the remote login shell, that runs a program in its surroundings. */
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

/** A program for `remoteCommand` that ends a process that an earlier one started; exit code 0 once it is gone. */
export function killProgram(pid: number): string[] {
  return ['sh', '-c', kill, 'sh', String(pid)];
}

/** What the scripts say. */
export type Mark =
  | { kind: 'login' }
  | { kind: 'missing' }
  | { kind: 'start'; pid: number; lifeline: boolean }
  | { kind: 'exit'; code: number };

/** Takes the marks out of a line of standard error; what is left is the program's own. */
export function extractMarks(line: string, token: string): { marks: Mark[]; rest: string | undefined } {
  const marks: Mark[] = [];
  const rest = line.replaceAll(new RegExp(`\\u001e${token} ([a-z0-9 ]{1,60})\\u001e`, 'g'), (_, text: string) => {
    const mark = readMark(text);
    if (mark) marks.push(mark);
    return '';
  });
  return { marks, rest: marks.length > 0 && rest === '' ? undefined : rest };
}

function readMark(text: string): Mark | undefined {
  const [kind = '', first = '', second = ''] = text.split(' ');
  const number = Number(first);
  if (kind === 'login' || kind === 'missing') return { kind };
  if (kind === 'start' && number > 1) return { kind, pid: number, lifeline: second === 'lifeline' };
  if (kind === 'exit' && number >= 0 && number <= 255 && first !== '') return { kind, code: number };
  return undefined;
}
