import type { CachedImage } from '../contract/images.ts';
import type { DiskDifference, DiskFile, DiskFileState, DiskListing, RemoteAccess } from '../contract/remote.ts';
import type { Ssh } from './ssh.ts';
import { formatDestination } from './ssh-arguments.ts';
import { detailOf, RemoteFailure } from './ssh-failures.ts';
import { stripControlChars } from './terminal-text.ts';

/**
 * A constant script; the directory is its argument. Prints the host's time and the line of `df`, then a NUL, then type,
 * size, times and name of each file, each file followed by a NUL, because a name may contain any other byte. If find is
 * not GNU find (busybox), stat prints the same. Exit codes: 3 if the directory cannot be entered, 4 if it cannot be
 * read.
 */
export const listScript = `cd "$1" || exit 3
[ -r . ] || exit 4
date +%s
df -P -k . 2>/dev/null | tail -n 1
printf '\\000'
if find . -maxdepth 0 -printf '' 2>/dev/null; then
  find . -mindepth 1 -maxdepth 2 ! -type d -printf '%y %s %T@ %A@ %P\\000' 2>/dev/null
else
  find . -type f -exec sh -c 'for f do stat -c "f %s %Y %X" "$f" && printf "%s\\000" "$f"; done' sh {} + 2>/dev/null
fi
exit 0`;

/** The most files that are shown; the contract has the same limit. */
const maxFiles = 100_000;

/** Parses the output of the script. Leaves out malformed records, because a host may send anything. */
export function parseListing(answer: Buffer, directory: string, truncated: boolean): DiskListing {
  const end = answer.indexOf(0);
  const head = answer.subarray(0, end < 0 ? answer.length : end).toString('utf8');
  const records =
    end < 0
      ? []
      : answer
          .subarray(end + 1)
          .toString('utf8')
          .split('\0');
  // After the last NUL there is nothing, or a record that was cut.
  records.pop();
  const files = records.slice(0, maxFiles).flatMap((record) => parseFile(record) ?? []);
  const seconds = Number(/^(\d{1,12})$/m.exec(head)?.[1] ?? Number.NaN);
  return {
    directory,
    ...parseSpace(head),
    hostTime: Number.isNaN(seconds) ? Math.max(0, ...files.map(({ modifiedAt }) => modifiedAt)) : seconds * 1_000,
    files,
    truncated: truncated || records.length > maxFiles,
  };
}

/**
 * Parses the line of `df` from the right, because the name of a file system may contain blanks: blocks of 1024 bytes,
 * used, available, percentage, mount point.
 */
function parseSpace(head: string): Pick<DiskListing, 'freeBytes' | 'totalBytes'> {
  const match = /\s(\d{1,13})\s+\d{1,13}\s+(-?\d{1,13})\s+(?:\d{1,3}%|-)\s+\//.exec(head);
  if (!match) return { freeBytes: null, totalBytes: null };
  return { freeBytes: Math.max(0, Number(match[2])) * 1024, totalBytes: Number(match[1]) * 1024 };
}

function parseFile(record: string): DiskFile | undefined {
  const match = /^([a-zA-Z]) (\d{1,16}) (\d{1,12})(\.\d+)? (\d{1,12})(\.\d+)?[ \n](?:\.\/)?(.+)$/s.exec(record);
  if (!match) return undefined;
  const [, type, size, modified, , accessed, , path = ''] = match;
  const { state, name } = classifyPath(path, type === 'f');
  const sizeBytes = Number(size);
  if (!Number.isSafeInteger(sizeBytes)) return undefined;
  return {
    state,
    name: stripControlChars(name).slice(0, 1_100),
    sizeBytes,
    modifiedAt: Number(modified) * 1_000,
    accessedAt: Number(accessed) * 1_000,
  };
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const subdirectories: Record<string, DiskFileState> = { incomplete: 'incomplete', invalid: 'invalid', queue: 'queued' };

/** Cached images are named by their id, which is a UUID in every Glance whose images can be cached today. */
function classifyPath(path: string, plain: boolean): { state: DiskFileState; name: string } {
  const slash = path.indexOf('/');
  if (slash < 0) return { state: plain && uuid.test(path) ? 'cached' : 'other', name: path };
  const state = Object.hasOwn(subdirectories, path.slice(0, slash)) ? subdirectories[path.slice(0, slash)] : undefined;
  const name = path.slice(slash + 1);
  return plain && state && !name.includes('/') ? { state, name } : { state: 'other', name: path };
}

const maxBytes = 16 * 1024 * 1024;

/**
 * Lists the cache directory of a host; changes nothing. Throws a `RemoteFailure`; its code is `forbidden` if the user
 * of the access cannot see the directory.
 */
export async function readDisk(
  ssh: Ssh,
  access: RemoteAccess,
  directory: string,
  options: { signal?: AbortSignal | undefined; unattended?: boolean } = {},
): Promise<DiskListing> {
  const at = formatDestination(access);
  if (!directory.startsWith('/')) {
    throw new RemoteFailure('fileProblem', {
      code: 'invalidInput',
      message: `${at}: ${directory} is not an absolute path.`,
      remedy: 'Set image_cache_dir to an absolute path in the host configuration.',
      notSent: true,
    });
  }
  const program = ['sh', '-c', listScript, 'sh', directory] as const;
  const result = await ssh.run(access, { ...options, program, deadlineMs: 120_000, maxBytes });
  if (result.exitCode === 0) return parseListing(result.stdout, directory, result.truncated);
  throw new RemoteFailure('fileProblem', {
    code: 'forbidden',
    message: `${at}: ${directory} not found or not readable for the login user.`,
    remedy:
      'Run as the Glance user: set become to sudo -n -u glance. If Glance runs in a container, enter the command prefix for the container.',
    ...detailOf(result.stderr),
  });
}

/** Compares the disk with the host's own lists. Both should be read at about the same time, while no fetch runs. */
export function diskDifference(
  listing: Pick<DiskListing, 'files'>,
  records: readonly Pick<CachedImage, 'imageId' | 'sizeBytes'>[],
): DiskDifference {
  const onDisk = new Map<string, DiskFile>();
  for (const file of listing.files) {
    // A name that is not a UUID is a cached image if the API lists it.
    if (file.state === 'cached' || file.state === 'other') onDisk.set(file.name, file);
  }
  const listed = new Set(records.map(({ imageId }) => imageId));
  return {
    withoutRecord: [...onDisk.values()].filter(({ state, name }) => state === 'cached' && !listed.has(name)),
    withoutFile: records.filter(({ imageId }) => !onDisk.has(imageId)).map(({ imageId }) => imageId),
    otherSize: records.flatMap(({ imageId, sizeBytes }) => {
      const file = onDisk.get(imageId);
      return !file || sizeBytes === null || file.sizeBytes === sizeBytes
        ? []
        : [{ imageId, diskBytes: file.sizeBytes, recordBytes: sizeBytes }];
    }),
  };
}

/**
 * The files that clean would remove now: every invalid file, and incomplete ones whose last write is older than the
 * stall time (docs/glance-cache-api.md, section 5).
 *
 * @param stallSeconds the host's `image_cache_stall_time`
 */
export function cleanable({ files, hostTime }: DiskListing, stallSeconds: number): DiskFile[] {
  return files.filter(
    ({ state, modifiedAt }) =>
      state === 'invalid' || (state === 'incomplete' && modifiedAt < hostTime - stallSeconds * 1_000),
  );
}

/**
 * The bytes that prune compares with the limit: every plain file in the cache directory itself, with or without a
 * record, except the database of the driver sqlite.
 */
export function countedBytes({ files }: Pick<DiskListing, 'files'>, driver: string): number {
  return files
    .filter(({ state, name }) => state === 'cached' || (state === 'other' && !name.includes('/')))
    .filter(({ name }) => driver !== 'sqlite' || !/^cache\.db$/.test(name))
    .reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}
