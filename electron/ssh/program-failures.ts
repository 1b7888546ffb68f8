import type { RemoteProgram } from '../contract/remote.ts';

/** The explanation of a failed exit code. */
export type Explanation = { message: string; remedy: string };

/** The known failures (docs/glance-cache-api.md, section 12), most specific first. */
const knownFailures: { pattern: RegExp; explain: (program: string, match: RegExpExecArray) => Explanation }[] = [
  {
    pattern: /ConfigFilesNotFoundError: Failed to find some config files: (.*)/,
    explain: (program, [, files]) => ({
      message: `${program} did not find its configuration: ${files}.`,
      remedy:
        'Correct the configuration files in the host settings. For a container, use the paths inside the container.',
    }),
  },
  {
    pattern: /ConfigFilesPermissionDeniedError: Failed to open some config files: (.*)/,
    explain: (program, [, files]) => ({
      message: `${program} cannot read its configuration: ${files}.`,
      remedy: 'Run it as the Glance user: set become to sudo -n -u glance.',
    }),
  },
  {
    pattern: /BadDriverConfiguration: (.*)/,
    explain: (program, [, reason]) => ({
      message: `${program} found no valid cache in its configuration: ${reason}.`,
      remedy:
        'It must read the glance-api configuration with image_cache_dir. Up to Glance 25 it reads only glance-cache.conf by default: enter /etc/glance/glance-api.conf as a configuration file.',
    }),
  },
  {
    pattern: /Invalid thread type '?([\w-]+)/,
    explain: (program, [, type]) => ({
      message: `${program} does not work in this release: Invalid thread type ${type}.`,
      remedy: 'There is no workaround. This Glance release fetches queued images immediately.',
    }),
  },
  {
    pattern: /^.*AssertionError/m,
    explain: (program) => ({
      message: `${program} fails in this release when an image is queued: AssertionError.`,
      remedy: 'Use a release where it works (26.1, 27.1, 28.1, 29 to 32), or let glance-api fetch the queued images.',
    }),
  },
  {
    pattern: /PermissionError: \[Errno 13\] [^:]*: b?(.*)/,
    explain: (program, [, file]) => ({
      message: `${program} has no permission for ${file}.`,
      remedy:
        'Run it as the Glance user (set become to sudo -n -u glance). This user must own the cache directory and the log file.',
    }),
  },
  {
    pattern: /OperationalError\)? ?(.*)/,
    explain: (program, [, reason]) => ({
      message: `${program} cannot use its database: ${reason}.`,
      remedy: 'Check [database] in its configuration, and check the cache database of the host for damage.',
    }),
  },
  {
    pattern: /ModuleNotFoundError: (.*)|ImportError: (.*)/,
    explain: (program, [, module, other]) => ({
      message: `${program} is not installed completely: ${module ?? other}.`,
      remedy: 'Repair the Glance installation on the host.',
    }),
  },
  {
    pattern: /^error: unrecognized arguments|unrecognized arguments: (.*)/m,
    explain: (program, [, args]) => ({
      message: `${program} rejected the arguments ${args ?? ''}.`,
      remedy: 'It may be a different program with the same name.',
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
      message: `${program} is not executable (exit code 126).`,
      remedy: 'Check its permissions and the user that runs it.',
    };
  }
  if (exitCode > 128) {
    const name = signals[exitCode - 128] ?? `signal ${exitCode - 128}`;
    const memory = exitCode === 137 ? ' The host may have run out of memory.' : '';
    return {
      message: `${program} was stopped on the host by ${name}.${memory}`,
      remedy: 'Check the log of the host, then run it again.',
    };
  }
  const last = lastLine(stderr);
  return {
    message: `${program} failed with exit code ${exitCode}${last ? `: ${last}` : ''}.`,
    remedy: 'See its output, or run it manually on the host with the same configuration.',
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
    if (/Failed to successfully cache all images/.test(stderr)) return 'Some queued images were not fetched.';
    if (/Nothing to prefetch/.test(stderr)) return 'Nothing was queued.';
    const count = /Successfully cached all (\d+) images/.exec(stderr)?.[1];
    return count === undefined ? 'Done.' : `All queued images fetched: ${count}.`;
  }
  if (program === 'pruner' && /has free space, skipping prune/.test(stderr)) return 'The cache is within its limit.';
  return 'Done.';
}
