import { chmodSync, mkdtempSync, readFileSync, rmSync, statfsSync } from 'node:fs';

/** The file system in memory that Linux has for everybody. */
const memory = '/dev/shm';
/** Bytes: several times what the tests need at once. */
const enough = 2 ** 30;

/** Whether the tests can have their files in memory: there is space, and programs can be executed there. */
function isUsable(): boolean {
  try {
    const mount = readFileSync('/proc/mounts', 'utf8')
      .split('\n')
      .find((line) => line.split(' ')[1] === memory);
    const options = mount?.split(' ')[3]?.split(',') ?? ['noexec'];
    const { bavail, bsize } = statfsSync(memory);
    return !options.includes('noexec') && bavail * bsize >= enough;
  } catch {
    return false;
  }
}

/**
 * Runs once before all tests. Each commit of a database waits for the disk, and the event loop with it, so that the tests
 * would wait for the disk a third of their time. Where there is no such file system, they do.
 */
export default function setup(): (() => void) | undefined {
  if (!isUsable()) return undefined;
  const directory = mkdtempSync(`${memory}/test-`);
  // As /tmp: some tests are of what other users can do.
  chmodSync(directory, 0o1777);
  process.env['TMPDIR'] = directory;
  return () => rmSync(directory, { recursive: true, force: true });
}
