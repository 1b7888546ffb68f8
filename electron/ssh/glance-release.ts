import type { RemoteAccess } from '../contract/remote.ts';
import type { Ssh } from './ssh.ts';
import { formatDestination } from './ssh-arguments.ts';
import { detailOf, RemoteFailure } from './ssh-failures.ts';

/** A release of Glance as its programs report it: `25.1.0` has major 25 and minor 1. */
export type GlanceRelease = { major: number; minor: number };

/** Parses the output of `--version`; `undefined` for anything else. */
export function parseRelease(text: string): GlanceRelease | undefined {
  const match = /^\s*(?:glance[\w-]*\s+)?(\d{1,4})\.(\d{1,4})(?:\.\w+)*\s*$/m.exec(text.slice(0, 10_000));
  return match ? { major: Number(match[1]), minor: Number(match[2]) } : undefined;
}

/**
 * Asks a host for the release of Glance's programs. It is more precise than the API versions, which several releases
 * share.
 */
export async function readRelease(
  ssh: Ssh,
  access: RemoteAccess,
  options: { signal?: AbortSignal | undefined; unattended?: boolean } = {},
): Promise<GlanceRelease> {
  const program = 'glance-cache-pruner';
  const result = await ssh.run(access, { ...options, program: [program, '--version'], deadlineMs: 60_000 });
  // Old releases print the version on standard error.
  const release = parseRelease(result.stdout.toString()) ?? parseRelease(result.stderr);
  if (result.exitCode === 0 && release) return release;
  throw new RemoteFailure('other', {
    code: 'badResponse',
    message: `${formatDestination(access)}: ${program} --version exited with ${result.exitCode} and printed no version.`,
    remedy: 'Run it manually on the host. The Glance installation may be incomplete.',
    ...detailOf(result.stderr),
  });
}

/** Whether the prefetcher of a release can fetch queued images; if not, why, and what to do instead. */
export type PrefetcherVerdict = { works: true } | { works: false; reason: string; remedy: string };

/**
 * Says whether the prefetcher of a release works. With images queued it fails in 23 to 25, 26.0, 27.0 and 28.0, and it
 * always fails in 33: measured on 25.1 and 33.0, read in the source of the other releases.
 */
export function prefetcherVerdict({ major, minor }: GlanceRelease): PrefetcherVerdict {
  if (major >= 33) {
    return {
      works: false,
      reason: `glance-cache-prefetcher of Glance ${major}.${minor} always fails with "Invalid thread type".`,
      remedy: atOnce,
    };
  }
  const broken = (major >= 23 && major <= 25) || (major >= 26 && major <= 28 && minor === 0);
  if (!broken) return { works: true };
  return {
    works: false,
    reason: `glance-cache-prefetcher of Glance ${major}.${minor} fails with an AssertionError when an image is queued, and fetches nothing.`,
    remedy:
      major >= 25
        ? atOnce
        : 'This Glance release fetches queued images periodically, every cache_prefetcher_interval (300 s). Wait for the next run.',
  };
}

const atOnce =
  'This Glance release fetches queued images immediately. If an image stays queued, restart glance-api on the host, then requeue the image.';
