import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { type DiskListing, diskListing } from '../contract/remote.ts';
import { cleanable, countedBytes, diskDifference, listScript, parseListing } from './disk-listing.ts';

const made: string[] = [];
afterEach(() => {
  for (const directory of made.splice(0)) rmSync(directory, { recursive: true });
});

const one = '11111111-1111-4111-8111-111111111111';
const two = '22222222-2222-4222-8222-222222222222';

function cacheDirectory(): string {
  const directory = mkdtempSync(path.join(tmpdir(), 'cache -'));
  made.push(directory);
  for (const name of ['incomplete', 'invalid', 'queue']) mkdirSync(path.join(directory, name));
  return directory;
}

function list(directory: string, env: NodeJS.ProcessEnv = process.env): DiskListing {
  const answer = execFileSync('sh', ['-c', listScript, 'sh', directory], { env });
  return diskListing.parse(parseListing(answer, directory, false));
}

/** A PATH whose find is not GNU find. */
function withoutGnuFind(): NodeJS.ProcessEnv {
  const directory = mkdtempSync(path.join(tmpdir(), 'bin-'));
  made.push(directory);
  const find = 'for a do [ "$a" = -printf ] && exit 1; done; exec /usr/bin/find "$@"';
  writeFileSync(path.join(directory, 'find'), `#!/bin/sh\n${find}\n`, { mode: 0o755 });
  return { ...process.env, PATH: `${directory}:${process.env['PATH']}` };
}

describe('a listing of a real directory', () => {
  it.each([
    ['with GNU find', () => process.env],
    ['without', withoutGnuFind],
  ])('%s', (_, env) => {
    const directory = cacheDirectory();
    const nasty = 'a\nb\tc "\'$(id) \u001b[31m';
    writeFileSync(path.join(directory, one), 'x'.repeat(10));
    writeFileSync(path.join(directory, 'cache.db'), 'db');
    writeFileSync(path.join(directory, 'incomplete', two), 'half');
    writeFileSync(path.join(directory, 'invalid', nasty), '');
    writeFileSync(path.join(directory, 'queue', two), '');
    utimesSync(path.join(directory, 'incomplete', two), 1_700_000_000.5, 1_700_000_001);
    const listing = list(directory, env());
    const shown = listing.files.map(({ state, name, sizeBytes }) => [state, name, sizeBytes]).sort();
    expect(shown).toEqual([
      ['cached', one, 10],
      ['incomplete', two, 4],
      ['invalid', 'a␊b c "\'$(id) ', 0],
      ['other', 'cache.db', 2],
      ['queued', two, 0],
    ]);
    expect(listing.files.find(({ state }) => state === 'incomplete')).toMatchObject({
      accessedAt: 1_700_000_000_000,
      modifiedAt: 1_700_000_001_000,
    });
    expect(listing.freeBytes).toBeGreaterThan(0);
    expect(listing.totalBytes).toBeGreaterThan(listing.freeBytes ?? Number.POSITIVE_INFINITY);
  });

  it('does not count a symbolic link as a cached image', () => {
    const directory = cacheDirectory();
    symlinkSync('/etc/passwd', path.join(directory, one));
    expect(list(directory).files).toMatchObject([{ state: 'other', name: one }]);
  });

  it('reports a missing directory by its exit code', () => {
    expect(() => execFileSync('sh', ['-c', listScript, 'sh', '/no/such'], { stdio: 'pipe' })).toThrow(
      expect.objectContaining({ status: 3 }),
    );
  });
});

describe('any answer of a host', () => {
  it('fits the contract, and hostile names stay names', () => {
    const name = fc
      .string({ unit: 'binary', minLength: 1, maxLength: 60 })
      .filter((text) => !/[\0/]/.test(text) && text.isWellFormed() && text !== '.' && text !== '..');
    const piece = fc.oneof(
      name.map((text) => `f 5 1700000000.1 1700000001.2 invalid/${text}`),
      fc.string({ unit: 'binary' }),
      fc.constantFrom('f 99999999999999999 1 1 x', 'f -1 1 1 x', 'd 1 1 1 __proto__/x', 'f 1 1 1 constructor/x'),
    );
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.array(piece), (head, records) => {
        const listing = parseListing(
          Buffer.from(`${head}\0${records.map((text) => `${text}\0`).join('')}`),
          '/c',
          false,
        );
        diskListing.parse(listing);
        expect(listing.files.filter(({ state }) => state === 'cached')).toEqual([]);
      }),
    );
  });

  it('keeps the files before the point where the answer was cut', () => {
    const listing = parseListing(Buffer.from(`1700000000\n\0f 1 1 1 ${one}\0f 2 1 1 ${two}`), '/c', true);
    expect(listing).toMatchObject({ truncated: true, hostTime: 1_700_000_000_000, files: [{ name: one }] });
  });

  it('reads the output of df from its end', () => {
    const head = 'a file 1 2 3% /x  1000 400 600 40% /var/lib/glance cache\n';
    expect(parseListing(Buffer.from(head), '/c', false)).toMatchObject({ totalBytes: 1_024_000, freeBytes: 614_400 });
  });
});

describe('comparing a listing', () => {
  const file = (state: DiskListing['files'][number]['state'], name: string, sizeBytes = 1, modifiedAt = 0) => ({
    state,
    name,
    sizeBytes,
    modifiedAt,
    accessedAt: 0,
  });

  it('finds files without a record, records without a file, and sizes that differ', () => {
    const files = [file('cached', one, 5), file('cached', two, 7), file('other', 'odd'), file('other', 'cache.db')];
    const records = [
      { imageId: two, sizeBytes: 8 },
      { imageId: 'gone', sizeBytes: 1 },
      { imageId: 'odd', sizeBytes: 1 },
    ];
    expect(diskDifference({ files }, records)).toMatchObject({
      withoutRecord: [{ name: one }],
      withoutFile: ['gone'],
      otherSize: [{ imageId: two, diskBytes: 7, recordBytes: 8 }],
    });
  });

  it('finds the files that clean would remove, by the clock of the host', () => {
    const hostTime = 1_000_000_000;
    const files = [
      file('invalid', 'a', 1, hostTime),
      file('incomplete', 'b', 1, hostTime - 86_400_000),
      file('incomplete', 'c', 1, hostTime - 86_401_000),
      file('queued', 'd'),
      file('cached', 'e'),
    ];
    const listing = { directory: '/c', freeBytes: null, totalBytes: null, hostTime, files, truncated: false };
    expect(cleanable(listing, 86_400).map(({ name }) => name)).toEqual(['a', 'c']);
  });

  it('sums the files that prune counts', () => {
    const files = [
      file('cached', one, 10),
      file('other', 'cache.db', 100),
      file('other', 'x/y', 1_000),
      file('invalid', 'z', 5),
    ];
    expect(countedBytes({ files }, 'sqlite')).toBe(10);
    expect(countedBytes({ files }, 'centralized_db')).toBe(110);
  });
});
