import type { DiskFile, DiskFileState, DiskListing } from '../contract/remote.ts';
import { harmless } from './harmless.ts';

/**
 * Constant; the directory is its argument. First the host's time and the line of `df`; then, after a NUL, each file with
 * type, size, times and name, a NUL after each: a name may hold everything else. Where find is not GNU's (busybox), stat
 * tells the same. Exit codes 3 and 4: the directory cannot be entered, or not read.
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

/** The contract's bound on what is shown, and what a page can hold. */
const filesAtMost = 100_000;

/** Reads what the script answers. What is not as it should be is left out: a host may say anything. */
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
  // What follows the last NUL is nothing, or was cut.
  records.pop();
  const files = records.slice(0, filesAtMost).flatMap((record) => parseFile(record) ?? []);
  const seconds = Number(/^(\d{1,12})$/m.exec(head)?.[1] ?? Number.NaN);
  return {
    directory,
    ...parseSpace(head),
    hostTime: Number.isNaN(seconds) ? Math.max(0, ...files.map(({ modifiedAt }) => modifiedAt)) : seconds * 1_000,
    files,
    truncated: truncated || records.length > filesAtMost,
  };
}

/** From the right, since the name of a file system may hold blanks: blocks of 1024, used, available, share, place. */
function parseSpace(head: string): Pick<DiskListing, 'freeBytes' | 'totalBytes'> {
  const match = /\s(\d{1,13})\s+\d{1,13}\s+(-?\d{1,13})\s+(?:\d{1,3}%|-)\s+\//.exec(head);
  if (!match) return { freeBytes: null, totalBytes: null };
  return { freeBytes: Math.max(0, Number(match[2])) * 1024, totalBytes: Number(match[1]) * 1024 };
}

function parseFile(record: string): DiskFile | undefined {
  const match = /^([a-zA-Z]) (\d{1,16}) (\d{1,12})(\.\d+)? (\d{1,12})(\.\d+)?[ \n](?:\.\/)?(.+)$/s.exec(record);
  if (!match) return undefined;
  const [, type, size, modified, , accessed, , path = ''] = match;
  const { state, name } = place(path, type === 'f');
  const sizeBytes = Number(size);
  if (!Number.isSafeInteger(sizeBytes)) return undefined;
  return {
    state,
    name: harmless(name).slice(0, 1_100),
    sizeBytes,
    modifiedAt: Number(modified) * 1_000,
    accessedAt: Number(accessed) * 1_000,
  };
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const places: Record<string, DiskFileState> = { incomplete: 'incomplete', invalid: 'invalid', queue: 'queued' };

/** Cached images are named by their id, which is a UUID in every Glance whose images can be cached today. */
function place(path: string, plain: boolean): { state: DiskFileState; name: string } {
  const slash = path.indexOf('/');
  if (slash < 0) return { state: plain && uuid.test(path) ? 'cached' : 'other', name: path };
  const state = Object.hasOwn(places, path.slice(0, slash)) ? places[path.slice(0, slash)] : undefined;
  const name = path.slice(slash + 1);
  return plain && state && !name.includes('/') ? { state, name } : { state: 'other', name: path };
}
