import type { RemoteProgram } from '../contract/remote.ts';

/** The explanation of a failed exit code. */
export type Explanation = { message: string; remedy: string };

/** The known failures (docs/glance-cache-api.md, section 12), most specific first. */
const knownFailures: { pattern: RegExp; explain: (program: string, match: RegExpExecArray) => Explanation }[] = [
  {
    pattern: /ConfigFilesNotFoundError: Failed to find some config files: (.*)/,
    explain: (program, [, files]) => ({
      message: `${program} does not find its configuration: ${files}.`,
      remedy: 'Correct the configuration files in the settings of the host; inside a container its own paths count.',
    }),
  },
  {
    pattern: /ConfigFilesPermissionDeniedError: Failed to open some config files: (.*)/,
    explain: (program, [, files]) => ({
      message: `${program} may not read its configuration: ${files}.`,
      remedy: 'Run it as the user whom Glance runs as: become sudo -n -u glance.',
    }),
  },
  {
    pattern: /BadDriverConfiguration: (.*)/,
    explain: (program, [, reason]) => ({
      message: `${program} finds no usable cache in its configuration: ${reason}.`,
      remedy:
        'It has to read the configuration of glance-api, with image_cache_dir. Until Glance 25 it reads glance-cache.conf only, unless told: state /etc/glance/glance-api.conf as a configuration file.',
    }),
  },
  {
    pattern: /Invalid thread type '?([\w-]+)/,
    explain: (program, [, type]) => ({
      message: `${program} of this release does not work: Invalid thread type ${type}.`,
      remedy: 'It cannot be cured from outside. This Glance fetches what is queued at once by itself.',
    }),
  },
  {
    pattern: /^.*AssertionError/m,
    explain: (program) => ({
      message: `${program} of this release does not work when anything is queued: AssertionError.`,
      remedy: 'Use a release with a working one (26.1, 27.1, 28.1, 29 to 32), or let glance-api fetch what is queued.',
    }),
  },
  {
    pattern: /PermissionError: \[Errno 13\] [^:]*: b?(.*)/,
    explain: (program, [, file]) => ({
      message: `${program} lacks rights on ${file}.`,
      remedy:
        'Run it as the user whom Glance runs as (become sudo -n -u glance), whom cache directory and log file must belong to.',
    }),
  },
  {
    pattern: /OperationalError\)? ?(.*)/,
    explain: (program, [, reason]) => ({
      message: `${program} cannot use its database: ${reason}.`,
      remedy: 'Check the [database] of its configuration, and whether the cache database of the host is damaged.',
    }),
  },
  {
    pattern: /ModuleNotFoundError: (.*)|ImportError: (.*)/,
    explain: (program, [, module, other]) => ({
      message: `${program} is installed incompletely: ${module ?? other}.`,
      remedy: 'Repair the installation of Glance on the host.',
    }),
  },
  {
    pattern: /^error: unrecognized arguments|unrecognized arguments: (.*)/m,
    explain: (program, [, args]) => ({
      message: `${program} does not know the arguments ${args ?? ''}.`,
      remedy: 'It may be another program of that name.',
    }),
  },
];

const signals: Record<number, string> = {
  1: 'SIGHUP',
  2: 'SIGINT',
  6: 'SIGABRT',
  9: 'SIGKILL',
  11: 'SIGSEGV',
  15: 'SIGTERM',
};

/** Explains an exit code other than 0 from the code and the text on standard error. */
export function explainFailure(program: string, exitCode: number, stderr: string): Explanation {
  for (const { pattern, explain } of knownFailures) {
    const match = pattern.exec(stderr);
    if (match) return tidyText(explain(program, match));
  }
  if (exitCode === 126) {
    return {
      message: `${program} may not be run (exit code 126).`,
      remedy: 'Check its rights, and whom it is run as.',
    };
  }
  if (exitCode > 128) {
    const name = signals[exitCode - 128] ?? `signal ${exitCode - 128}`;
    const memory = exitCode === 137 ? ' The host may have run out of memory.' : '';
    return {
      message: `${program} was ended on the host by ${name}.${memory}`,
      remedy: 'Look into the log of the host, then run it again.',
    };
  }
  const last = lastLine(stderr);
  return {
    message: `${program} ended with exit code ${exitCode}${last ? `: ${last}` : ''}.`,
    remedy: 'Its output tells more; run it by hand on the host with the same configuration.',
  };
}

function tidyText({ message, remedy }: Explanation): Explanation {
  return { message: message.replaceAll(/\s+/g, ' ').replace(/\.+$/, '.').slice(0, 1_000), remedy };
}

/** The last line that is not a deprecation warning of Python. */
function lastLine(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '' && !/deprecat|warn/i.test(line));
  return (lines.at(-1) ?? '')
    .trim()
    .replace(/^ERROR: /, '')
    .replace(/\.$/, '')
    .slice(0, 300);
}

/** Says in a sentence what an exit code of 0 means. */
export function explainSuccess(program: RemoteProgram, stderr: string): string {
  if (program === 'prefetcher') {
    if (/Failed to successfully cache all images/.test(stderr)) return 'Not everything that is queued was fetched.';
    if (/Nothing to prefetch/.test(stderr)) return 'Nothing was queued.';
    const count = /Successfully cached all (\d+) images/.exec(stderr)?.[1];
    return count === undefined ? 'Done.' : `Everything that was queued was fetched: ${count}.`;
  }
  if (program === 'pruner' && /has free space, skipping prune/.test(stderr)) return 'The cache is within its limit.';
  return 'Done.';
}
