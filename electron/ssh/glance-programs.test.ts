import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { remoteAccess } from '../contract/remote.ts';
import { programCommand, ReportReader } from './glance-programs.ts';
import { parseRelease, prefetcherVerdict } from './glance-release.ts';
import { explainFailure, explainSuccess } from './program-failures.ts';

describe('whether the prefetcher works', () => {
  it.each([
    ['22.0.0', true],
    ['23.0.0', false],
    ['24.2.1', false],
    ['25.1.0', false],
    ['26.0.0', false],
    ['26.1.0', true],
    ['27.0.1', false],
    ['27.1.0', true],
    ['28.0.1', false],
    ['28.1.0', true],
    ['29.0.0', true],
    ['32.0.0', true],
    ['33.0.0', false],
  ])('%s: %s', (text, works) => {
    const release = parseRelease(`Some warning\n${text}\n`);
    expect(release && prefetcherVerdict(release).works).toBe(works);
  });

  it('is not derived from text that is not a version', () => {
    expect(parseRelease('bash: glance-cache-pruner: command not found')).toBeUndefined();
  });
});

describe('command lines', () => {
  const access = (configFiles: string[]) => remoteAccess.parse({ destination: 'h', configFiles });

  it('use the configuration files of the access, otherwise those that were found', () => {
    const run = { program: 'cleaner', configFiles: ['/found'] } as const;
    expect(programCommand(access(['/a', '/b']), run)).toEqual([
      ...['glance-cache-cleaner', '--config-file', '/a', '--config-file', '/b'],
    ]);
    expect(programCommand(access([]), run)).toEqual(['glance-cache-cleaner', '--config-file', '/found']);
    expect(programCommand(access([]), { program: 'pruner' })).toEqual(['glance-cache-pruner', '--debug']);
  });
});

describe('exit codes', () => {
  const prefix = '2026-11-22 23:35:31.819 26448 ERROR glance';
  it.each([
    [
      1,
      `${prefix} glance.common.exception.BadDriverConfiguration: Driver glance.image_cache.drivers.sqlite could not be configured correctly. Reason: Failed to read image_cache_dir from config`,
      /no valid cache.*image_cache_dir/,
    ],
    [
      1,
      'oslo_config.cfg.ConfigFilesNotFoundError: Failed to find some config files: /tmp/none.conf',
      /did not find its configuration: \/tmp\/none\.conf\.$/,
    ],
    [
      1,
      `${prefix} PermissionError: [Errno 13] Permission denied: b'/c/image_cache_db_init'`,
      /has no permission for '\/c\/image_cache_db_init'/,
    ],
    [1, `${prefix} AssertionError`, /fails in this release when an image is queued/],
    [
      1,
      `ERROR: Invalid thread type 'eventlet' (must be "native")`,
      /does not work in this release: Invalid thread type eventlet/,
    ],
    [137, '', /SIGKILL.*memory/],
    [7, 'EventletDeprecationWarning: x\nERROR: something odd', /exit code 7: something odd\.$/],
    [7, 'it has been deprecated', /exit code 7\.$/],
  ])('%s %s', (code, said, words) => {
    expect(explainFailure('glance-cache-pruner', code, said).message).toMatch(words);
  });

  it('0 does not always mean complete success', () => {
    expect(explainSuccess('prefetcher', 'Failed to successfully cache all images in queue.')).toContain(
      'Some queued images',
    );
    expect(explainSuccess('prefetcher', 'Successfully cached all 3 images')).toContain('3');
    expect(explainSuccess('pruner', 'Image cache has free space, skipping prune...')).toContain('within its limit');
  });

  it('explanations have a bounded length for any output', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 255 }), (said, code) => {
        expect(explainFailure('p', code, `BadDriverConfiguration: ${said}`).message.length).toBeLessThan(1_200);
      }),
    );
  });
});

it('reads the report from the log lines of Glance', () => {
  const reader = new ReportReader();
  const log = '2026-11-22 23:35:19.305 26028 INFO glance.image_cache.drivers.sqlite [-] ';
  for (const line of [
    `${log}Removed invalid cache file /srv/a cache/invalid/one`,
    `${log}Removed stalled cache file /srv/invalid/incomplete/two`,
    `${log}Pruning 'three' to free 2000000 bytes prune /usr/lib/python3/x.py:290`,
    `${log}Pruning finished pruning. Pruned 1 and 2000000. prune /usr/lib/x.py:304`,
    `${log}Failed to delete file /x. Got error: y`,
  ]) {
    reader.read(line);
  }
  expect(reader.report).toEqual({
    pruned: [{ imageId: 'three', bytes: 2_000_000 }],
    prunedTotal: { images: 1, bytes: 2_000_000 },
    cleaned: [
      { state: 'invalid', name: 'one' },
      { state: 'incomplete', name: 'two' },
    ],
    problems: ['Failed to delete file /x. Got error: y'],
  });
});
