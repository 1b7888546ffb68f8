import type { JobSuggestion } from '../contract/host-jobs.ts';
import { formatShellWords, type RemoteAccess, type RemoteProgram } from '../contract/remote.ts';
import { programCommand } from './glance-programs.ts';
import type { GlanceRelease } from './glance-release.ts';

/** What a suggestion depends on. */
export type JobFacts = {
  access: RemoteAccess;
  /** The configuration files that were read on the host. */
  configFiles: readonly string[];
  /** The cache directory; null when unknown. */
  directory: string | null;
  /** The user that programs run as, by `id -un`. */
  user: string;
  release: GlanceRelease | undefined;
};

/** How often each program is suggested to run, in the syntax of cron and systemd. */
const times = {
  pruner: { cron: '*/30 * * * *', calendar: '*:0/30', words: 'every 30 minutes' },
  cleaner: { cron: '17 3 * * *', calendar: '03:17', words: 'daily' },
} as const;

/**
 * A line for /etc/cron.d and a systemd timer for the pruner and the cleaner of a host, with its own user, container and
 * configuration files. The programs exist in all releases up to 33 (docs/glance-cache-api.md, section 12).
 */
export function suggestJobs(facts: JobFacts): JobSuggestion[] {
  return (['pruner', 'cleaner'] as const).flatMap((program) => [cronLine(program, facts), timer(program, facts)]);
}

/** The command as the user of the job types it. If Glance runs in a container, root enters it, as the access does. */
function jobCommand(program: RemoteProgram, { access, configFiles, user }: JobFacts): { words: string; user: string } {
  const words = programCommand(access, { program, configFiles }).filter((word) => word !== '--debug');
  if (access.prefix.length === 0) return { words: formatShellWords(words), user };
  // A job has no terminal.
  const prefix = access.prefix.filter((word) => !/^-(i|t|it|ti)$|^--(tty|interactive)$/.test(word));
  return { words: formatShellWords([...prefix, ...words]), user: 'root' };
}

function cronLine(program: 'pruner' | 'cleaner', facts: JobFacts): JobSuggestion {
  const { words, user } = jobCommand(program, facts);
  // Without it, pruners that never end would pile up.
  const once =
    facts.directory !== null && facts.access.prefix.length === 0
      ? `flock -n ${formatShellWords([facts.directory])} `
      : '';
  return {
    program,
    kind: 'cron',
    path: `/etc/cron.d/glance-cache-${program}`,
    // cron treats % as the end of the command.
    text: `${times[program].cron} ${user} ${`${once}${words}`.replaceAll('%', '\\%')}\n`,
    note: noteFor(program, facts),
  };
}

function timer(program: 'pruner' | 'cleaner', facts: JobFacts): JobSuggestion {
  const { words, user } = jobCommand(program, facts);
  const name = `glance-cache-${program}`;
  // systemd searches programs in its own path, and treats % as a specifier and $ as a variable.
  const command = words.replaceAll('%', '%%').replaceAll('$', '$$$$');
  return {
    program,
    kind: 'timer',
    path: `/etc/systemd/system/${name}.service and ${name}.timer`,
    text: `# /etc/systemd/system/${name}.service
[Unit]
Description=Glance image cache: ${name}

[Service]
Type=oneshot
User=${user}
ExecStart=/usr/bin/env ${command}
TimeoutStartSec=25min

# /etc/systemd/system/${name}.timer
[Unit]
Description=Run ${name} ${times[program].words}

[Timer]
OnCalendar=${times[program].calendar}
RandomizedDelaySec=120
Persistent=true

[Install]
WantedBy=timers.target

# systemctl daemon-reload && systemctl enable --now ${name}.timer
`,
    note: noteFor(program, facts),
  };
}

function noteFor(program: 'pruner' | 'cleaner', { release }: JobFacts): string {
  if (release === undefined || release.major < 28) return '';
  const hang =
    program === 'pruner'
      ? 'With the driver centralized_db, the pruner never ends while files without a record keep the directory over its limit. '
      : '';
  const successor =
    release.major >= 33
      ? `Glance ${release.major} prints a deprecation warning: use a schedule of this console, which calls the API instead.`
      : '';
  return `${hang}${successor}`.trim();
}
