import type { TargetLogin } from '../target.ts';

/** What the host itself lists; `cached` is null where it sends null. */
export type TrueList = { cached: string[] | null; queued: string[] };

/** A fetch that does not get on. */
export type HeldFetch = {
  /** Resolves when the host is fetching it. */
  begun(): Promise<void>;
  /** The store delivers after all; the fetch goes on, and ends well. */
  release(): Promise<void>;
};

/**
 * One glance-api host, simulated or real, that nobody else uses and that can be made to fall into the traps of
 * docs/glance-cache-api.md, section 0. Where one cannot be provoked, the test says why and does not call for it.
 */
export type TrapBed = {
  address: string;
  authUrl: string;
  admin: TargetLogin;
  /** The region of the catalog in which `announce` puts the image service; left out where there is only one. */
  region?: string;
  /** Its `image_cache_max_size` in bytes. */
  limitBytes: number;
  /** Has the catalog of the cloud tell this address as that of the image service. */
  announce(address: string): Promise<void>;
  /** Makes an active image with so many bytes; gives its id. Nothing of it is cached. */
  makeImage(name: string, bytes?: number): Promise<string>;
  /** Puts an id into the queue in a way that wakes nobody. */
  queueForNobody(imageId: string): Promise<void>;
  list(): Promise<TrueList>;
  /** Empties cache and queue. */
  empty(): Promise<void>;
  /** Has the service run in one process, which then is the one that every request goes to. So it is at first. */
  runAlone(): Promise<void>;
  /** Restarts the service; from then on in several processes. */
  restart(): Promise<void>;
  /** The store has lost the data of an image. */
  loseData(imageId: string): Promise<void>;
  /** The store delivers nothing of an image until it is released. To be called before the image is queued. */
  holdFetch(imageId: string): Promise<HeldFetch>;
  /**
   * The fetch of an image, once it is asked for, ends in a moment in which the image is in neither list. Gives what ends
   * that moment, where it would not end by itself.
   */
  gapAtEnd(imageId: string): Promise<() => Promise<void>>;
  /** Leaves a file without a record in the cache directory. Gives what removes it. */
  leaveStray(bytes: number): Promise<() => Promise<void>>;
  /** The host, and only the host, cannot reach Keystone any more, until what this gives is called. */
  cutKeystone(): Promise<() => Promise<void>>;
  /** The cache database cannot be read, until what this gives is called. */
  breakCacheDatabase(): Promise<() => Promise<void>>;
  /** The host's local time zone is that of New York, until what this gives is called. */
  moveToNewYork(): Promise<() => Promise<void>>;
  close(): Promise<void>;
};

/** A trap, or part of one, that may not be provokable everywhere. */
export type TrapName =
  | 'accepted'
  | 'deadWorker'
  | 'queuedTwice'
  | 'hungPrune'
  | 'noBody'
  | 'clearBoth'
  | 'emptyHtml'
  | 'keystoneAway'
  | 'ownAddress'
  | 'shiftedTimes'
  | 'ids'
  | 'nullList'
  | 'undoneDelete'
  | 'undoneClear'
  | 'neitherList';
export type Unprovokable = Partial<Record<TrapName, string>>;
