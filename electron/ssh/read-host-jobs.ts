import type { HostJob } from '../contract/host-jobs.ts';
import type { RemoteAccess, RemoteProgram } from '../contract/remote.ts';
import type { Ssh } from './ssh.ts';
import { stripControlChars } from './terminal-text.ts';

/** What maintains a cache: Glance's programs, or the API that replaces them (docs/glance-cache-api.md, sections 5 and 12). */
export const maintains = 'glance-cache-(pruner|cleaner|prefetcher)|/v2/cache/(prune|clean)';

/**
 * A constant script; its arguments are the pattern and, in tests, a directory to use as the root. Prints kind, name and
 * text of each place, each followed by a NUL. Only the lines that match are sent, because crontabs and units can
 * contain secrets. A unit of `/etc` precedes one of the same name in `/usr/lib`, which it replaces.
 */
export const jobsScript = `p=$1; R=$2
r() { printf '%s\\000%s\\000' "$1" "$2"; tr -d '\\000' | head -c 100000; printf '\\000'; }
f() { if [ -r "$2" ]; then grep -E -e "$p" "$2" 2>/dev/null | r "$1" "$2"; elif [ -e "$2" ]; then r denied "$2" </dev/null; fi; }
LC_ALL=C; export LC_ALL
u=$(id -un 2>/dev/null)
if command -v crontab >/dev/null 2>&1; then crontab -l 2>/dev/null | grep -E -e "$p" | r user "$u"; fi
for d in "$R/var/spool/cron/crontabs" "$R/var/spool/cron"; do
  [ -d "$d" ] || continue
  if [ -r "$d" ] && [ -x "$d" ]; then for c in "$d"/*; do [ -f "$c" ] && f spool "$c"; done; else r denied "$d" </dev/null; fi
  break
done
for c in "$R/etc/crontab" "$R"/etc/cron.d/*; do [ -f "$c" ] && f system "$c"; done
for d in hourly daily weekly monthly; do
  for c in "$R/etc/cron.$d"/*; do
    [ -f "$c" ] && [ -x "$c" ] && grep -E -e "$p" "$c" 2>/dev/null | grep -v '^[[:space:]]*#' | r script "$c"
  done
done
s=
dirs='/etc/systemd/system /run/systemd/system /usr/local/lib/systemd/system /usr/lib/systemd/system /lib/systemd/system'
for d in $dirs; do
  d=$R$d
  for c in "$d"/*.service "$d"/*.service.d/*.conf; do
    [ -f "$c" ] && [ -r "$c" ] && grep -q -E -e "$p" "$c" 2>/dev/null || continue
    n=\${c#"$d"/}; n=\${n%%/*}; n=\${n%.d}; n=\${n%.service}
    grep -E -e "$p|^[[:space:]]*User[[:space:]]*=" "$c" | r service "$n"
    s="$s|$n"
  done
done
[ -n "$s" ] || exit 0
s=\${s#|}
for d in $dirs; do
  d=$R$d
  for c in "$d"/*.timer; do
    [ -f "$c" ] && [ -r "$c" ] || continue
    n=\${c##*/}; n=\${n%.timer}
    printf '%s\\n' "$n" | grep -q -x -E -e "$s" || grep -q -E -e "^[[:space:]]*Unit[[:space:]]*=[[:space:]]*($s)\\.service" "$c" || continue
    cat "$c" "$d/$n.timer.d"/*.conf 2>/dev/null | r timer "$n"
    a=$(systemctl is-active "$n.timer" 2>/dev/null) || [ -n "$a" ] || { [ -e "$R/etc/systemd/system/timers.target.wants/$n.timer" ] && a=active; }
    printf '%s' "$a" | r active "$n"
  done
done
exit 0`;

/** The result of one run of the script. */
export type FoundJobs = { user: string | null; jobs: HostJob[]; unread: string[] };

const maxBytes = 2 * 1024 * 1024;
const maxJobs = 200;

/**
 * Reads which jobs of a host prune, clean or prefetch its cache: crontabs, /etc/cron.d, /etc/cron.daily and the like, and
 * systemd timers. Where Glance runs in a container, both the host and the container are read. Changes nothing. Throws a
 * `RemoteFailure`.
 *
 * @param options.unattended asks the operator nothing: a login that needs an answer fails
 */
export async function readJobs(
  ssh: Ssh,
  access: RemoteAccess,
  options: { signal?: AbortSignal | undefined; unattended?: boolean } = {},
): Promise<FoundJobs> {
  const read = async (place: RemoteAccess) => {
    const program: [string, ...string[]] = ['sh', '-c', jobsScript, 'sh', maintains];
    const { stdout } = await ssh.run(place, { ...options, program, deadlineMs: 30_000, maxBytes });
    return parseJobs(stdout);
  };
  const onHost = await read({ ...access, prefix: [] });
  if (access.prefix.length === 0) return onHost;
  const within = await read(access);
  const jobs = within.jobs.map((job) => ({ ...job, source: `${job.source} (in the container)` }));
  return { ...onHost, jobs: [...onHost.jobs, ...jobs].slice(0, maxJobs) };
}

/** Parses the output of the script. Skips records that it does not understand, because a host may send anything. */
export function parseJobs(answer: Buffer): FoundJobs {
  const parts = answer.toString('utf8').split('\0');
  const found: FoundJobs = { user: null, jobs: [], unread: [] };
  const services = new Map<string, Service>();
  const timers = new Map<string, { text: string; active: boolean }>();
  for (let at = 0; at + 2 < parts.length; at += 3) {
    const [kind = '', name = '', text = ''] = parts.slice(at, at + 3);
    const shown = stripControlChars(name).slice(0, 4_096);
    if (kind === 'user') {
      found.user = shown;
      found.jobs.push(...cronJobs(text, `crontab of ${shown}`, shown));
    } else if (kind === 'spool') {
      const user = shown.slice(shown.lastIndexOf('/') + 1);
      // The user's own crontab was already read.
      if (user !== found.user) found.jobs.push(...cronJobs(text, `crontab of ${user}`, user));
    } else if (kind === 'system') found.jobs.push(...cronJobs(text, shown, undefined));
    else if (kind === 'script') found.jobs.push(...scriptJobs(text, shown));
    else if (kind === 'denied') found.unread.push(shown);
    else if (kind === 'service') addService(services, shown, text);
    else if (kind === 'timer' && !timers.has(shown)) timers.set(shown, { text, active: false });
    else if (kind === 'active') {
      const timer = timers.get(shown);
      if (timer && text.trim() === 'active') timer.active = true;
    }
  }
  for (const [name, timer] of timers) found.jobs.push(...timerJobs(name, timer, services));
  return { user: found.user, jobs: found.jobs.slice(0, maxJobs), unread: found.unread.slice(0, 50) };
}

const five = /^((?:\S+\s+){4}\S+)\s+(.*)$/;
const nickname = /^(@[a-z]+)\s+(.*)$/;

/** The jobs in the lines of a crontab. Those of the system name the user before the command. */
function cronJobs(text: string, source: string, user: string | undefined): HostJob[] {
  return text.split('\n').flatMap((line) => {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#')) return [];
    const match = nickname.exec(trimmed) ?? five.exec(trimmed);
    const [, when = '', rest = ''] = match ?? [];
    // A variable whose value names a program.
    if (!match || !/^[-@*\d]/.test(when)) return [];
    if (user !== undefined) return jobsOf(rest, { kind: 'cron', source, user, when, active: true });
    const [, named = '', command = ''] = /^(\S+)\s+(.*)$/.exec(rest) ?? [];
    return jobsOf(command, { kind: 'cron', source, user: named, when, active: true });
  });
}

/** The jobs in a script of /etc/cron.daily or the like. */
function scriptJobs(text: string, source: string): HostJob[] {
  const period = /\/cron\.(hourly|daily|weekly|monthly)\//.exec(source)?.[1] ?? '';
  const place = { kind: 'cron', source, user: 'root', when: `@${period}`, active: true } as const;
  return text.split('\n').flatMap((line) => jobsOf(line.trim(), place));
}

type Service = { user: string | null; commands: string[] };

function addService(services: Map<string, Service>, name: string, text: string): void {
  const service = services.get(name) ?? { user: null, commands: [] };
  for (const line of text.split('\n')) {
    const [, key, value = ''] = /^\s*(User|ExecStart)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (key === 'User') service.user ??= value;
    else if (key === 'ExecStart' && !service.commands.includes(value)) service.commands.push(value);
  }
  services.set(name, service);
}

/** The options of a timer that say when it elapses (systemd.timer(5)). */
const elapses = /^\s*(On(?:Calendar|ActiveSec|BootSec|StartupSec|UnitActiveSec|UnitInactiveSec)\s*=\s*\S.*?)\s*$/;

function timerJobs(
  name: string,
  { text, active }: { text: string; active: boolean },
  services: ReadonlyMap<string, Service>,
): HostJob[] {
  const lines = text.split('\n');
  const unit = lines.map((line) => /^\s*Unit\s*=\s*(\S+)\.service\s*$/.exec(line)?.[1]).find(Boolean) ?? name;
  const service = services.get(unit);
  if (!service) return [];
  const when = lines.flatMap((line) => elapses.exec(line)?.[1] ?? []).join(', ');
  const place = { kind: 'timer', source: `${name}.timer`, user: service.user ?? 'root', when, active } as const;
  return service.commands.flatMap((command) => jobsOf(command, place));
}

/** One job for each program that a command runs. */
function jobsOf(command: string, place: Omit<HostJob, 'program' | 'command'>): HostJob[] {
  const programs = new Set<RemoteProgram>();
  for (const [, program, call] of command.matchAll(new RegExp(maintains, 'g'))) {
    programs.add(call === 'prune' ? 'pruner' : call === 'clean' ? 'cleaner' : (program as RemoteProgram));
  }
  const said = hideSecrets(stripControlChars(command)).slice(0, 2_000);
  return [...programs].map((program) => ({
    ...place,
    program,
    command: said,
    source: place.source.slice(0, 4_096),
    user: place.user?.slice(0, 200) ?? null,
    when: stripControlChars(place.when).slice(0, 500),
  }));
}

/** Hides tokens and passwords in a command. */
function hideSecrets(command: string): string {
  return command.replaceAll(
    /(x-auth-token|x-service-token|authorization|token|password|secret)(["']?\s*[:=]\s*|\s+)(?!\$)(?:bearer\s+)?[^\s"']+/gi,
    '$1$2…',
  );
}
