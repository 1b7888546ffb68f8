/** The Glance releases that the demo can simulate, by the first number of their version. */
export type Release = '18' | '23' | '24.0' | '24.2' | '25' | '29' | '33';
export type CacheDriver = 'sqlite' | 'centralized_db' | 'xattr';

/** The differences between releases that concern caches (docs/glance-cache-api.md, sections 1, 2, 11). */
export type ReleaseFacts = {
  /** `cacheApi`: `/v2/cache` and the legacy paths. `legacy`: only the legacy paths. */
  dialect: 'cacheApi' | 'legacy';
  /** How queued images are fetched: by a worker at once, by a job every 300 s, or only by `glance-cache-prefetcher`. */
  fetch: 'atOnce' | 'periodic' | 'byProgram';
  pruneAndClean: boolean;
  driver: CacheDriver;
  /** Whether PUT and DELETE of the cache API answer 200 with JSON instead of 202 and 204 without a body. */
  changeBodies: boolean;
  /** eventlet changes the case of header names and trims values; uwsgi does not. */
  server: 'eventlet' | 'uwsgi';
  /** From 26 on a system-scoped token is refused by default. */
  enforcesScope: boolean;
  versions: readonly string[];
  versionsCacheOff: readonly string[];
};

const older = ['2.7', '2.6', '2.5', '2.4', '2.3', '2.2', '2.1', '2.0'];
const middle = ['2.13', '2.12', '2.11', '2.10', '2.9', '2.8'];

const zed: ReleaseFacts = {
  dialect: 'cacheApi',
  fetch: 'atOnce',
  pruneAndClean: false,
  driver: 'sqlite',
  changeBodies: false,
  server: 'eventlet',
  enforcesScope: false,
  versions: ['2.16*', '2.15', '2.14', ...middle, ...older],
  versionsCacheOff: ['2.15*', ...middle, ...older],
};

const facts: Record<Release, ReleaseFacts> = {
  '18': {
    ...zed,
    dialect: 'legacy',
    fetch: 'byProgram',
    versions: ['2.7*', ...older.slice(1)],
    versionsCacheOff: ['2.7*', ...older.slice(1)],
  },
  '23': {
    ...zed,
    dialect: 'legacy',
    fetch: 'periodic',
    versions: ['2.12*', ...middle.slice(2), ...older],
    versionsCacheOff: ['2.12*', ...middle.slice(2), ...older],
  },
  '24.0': {
    ...zed,
    fetch: 'periodic',
    changeBodies: true,
    versions: ['2.15*', '2.14', ...middle, ...older],
  },
  '24.2': { ...zed, fetch: 'periodic' },
  '25': zed,
  '29': {
    ...zed,
    driver: 'centralized_db',
    enforcesScope: true,
    versions: ['2.16', '2.15', '2.14', ...middle, '2.17*', ...older],
    versionsCacheOff: ['2.15', ...middle, '2.17*', ...older],
  },
  '33': {
    ...zed,
    pruneAndClean: true,
    driver: 'centralized_db',
    server: 'uwsgi',
    enforcesScope: true,
    versions: ['2.18*', '2.17', '2.16', '2.15', '2.14', ...middle, ...older],
    versionsCacheOff: ['2.15', ...middle, '2.17*', ...older],
  },
};

export function factsOf(release: Release): ReleaseFacts {
  return facts[release];
}

/** The body of `GET /`: every version links to the address that the caller used, in the order of the release. */
export function versionList(release: Release, cachingOn: boolean, host: string) {
  const list = cachingOn ? facts[release].versions : facts[release].versionsCacheOff;
  return {
    versions: list.map((entry) => ({
      id: `v${entry.replace('*', '')}`,
      status: entry.endsWith('*') ? 'CURRENT' : 'SUPPORTED',
      links: [{ rel: 'self', href: `http://${host}/v2/` }],
    })),
  };
}
