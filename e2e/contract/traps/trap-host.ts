import type { TargetLogin } from '../target.ts';

/** The host's own list; `cached` is null if the host answers null. */
export type HostList = { cached: string[] | null; queued: string[] };

/** A fetch that the store blocks. */
export type HeldFetch = {
  /** Resolves when the host is fetching the image. */
  begun(): Promise<void>;
  /** Unblocks the store: the fetch continues and succeeds. */
  release(): Promise<void>;
};

/**
 * One glance-api host, simulated or real, that no other client uses and that can be brought into the traps of
 * docs/glance-cache-api.md, section 0. If a trap cannot be caused on a host, its test is skipped with the reason.
 */
export type TrapHost = {
  address: string;
  authUrl: string;
  admin: TargetLogin;
  /** The catalog region whose image service `announce` sets; left out if there is only one region. */
  region?: string;
  /** The host's `image_cache_max_size` in bytes. */
  limitBytes: number;
  /** Sets the address of the image service in the cloud's catalog. */
  announce(address: string): Promise<void>;
  /** Makes an active image with this many bytes that is not cached. Returns its id. */
  makeImage(name: string, bytes?: number): Promise<string>;
  /** Queues an id without waking a worker. */
  queueWithoutFetch(imageId: string): Promise<void>;
  list(): Promise<HostList>;
  /** Empties cache and queue. */
  empty(): Promise<void>;
  /** Runs the service in one process, which then receives every request. This is the initial state. */
  useOneProcess(): Promise<void>;
  /** Restarts the service with several processes. */
  restart(): Promise<void>;
  /** Deletes an image's data in the store. */
  loseData(imageId: string): Promise<void>;
  /** Blocks the store for an image until it is released. Call it before the image is queued. */
  holdFetch(imageId: string): Promise<HeldFetch>;
  /**
   * Makes the next fetch of an image end with a moment in which the image is in neither list. Returns a function that
   * ends that moment, if it does not end by itself.
   */
  gapAtEnd(imageId: string): Promise<() => Promise<void>>;
  /** Puts a file without a record into the cache directory. Returns a function that removes it. */
  addFileWithoutRecord(bytes: number): Promise<() => Promise<void>>;
  /** Cuts the connection from this host, and no other, to Keystone until the returned function is called. */
  cutKeystone(): Promise<() => Promise<void>>;
  /** Makes the cache database unreadable until the returned function is called. */
  breakCacheDatabase(): Promise<() => Promise<void>>;
  /** Sets the host's time zone to New York until the returned function is called. */
  moveToNewYork(): Promise<() => Promise<void>>;
  close(): Promise<void>;
};

/** A trap, or part of one, that some hosts cannot show. */
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
export type ImpossibleTraps = Partial<Record<TrapName, string>>;
