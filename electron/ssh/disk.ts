import type { DiskListing, RemoteAccess } from '../contract/remote.ts';
import { listScript, parseListing } from './disk-listing.ts';
import { detailOf, RemoteFailure } from './failures.ts';
import type { Ssh } from './ssh.ts';
import { shownDestination } from './ssh-arguments.ts';

const maxBytes = 16 * 1024 * 1024;

/**
 * The cache directory of a host as it is on disk; nothing is changed. Throws a `RemoteFailure`; `forbidden` where the
 * directory is not there for the user who looks.
 */
export async function readDisk(
  ssh: Ssh,
  access: RemoteAccess,
  directory: string,
  options: { signal?: AbortSignal | undefined; unattended?: boolean } = {},
): Promise<DiskListing> {
  const at = shownDestination(access);
  if (!directory.startsWith('/')) {
    throw new RemoteFailure('fileProblem', {
      code: 'invalidInput',
      message: `${at}: ${directory} is not the full path of a directory.`,
      remedy: 'State image_cache_dir as a full path in the configuration of the host.',
      notSent: true,
    });
  }
  const program = ['sh', '-c', listScript, 'sh', directory] as const;
  const result = await ssh.run(access, { ...options, program, deadlineMs: 120_000, maxBytes });
  if (result.exitCode === 0) return parseListing(result.stdout, directory, result.truncated);
  throw new RemoteFailure('fileProblem', {
    code: 'forbidden',
    message: `${at}: ${directory} is not there, or may not be read by the user of the login.`,
    remedy:
      'Run as the user whom Glance runs as: become sudo -n -u glance. Where Glance runs in a container, state the prefix that reaches into it.',
    ...detailOf(result.stderr),
  });
}
