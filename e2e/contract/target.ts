/** A user of the domain Default, with a project to log in to. */
export type TargetLogin = { username: string; password: string; project: string };

/** What is known of the Glance behind a target, for the suite to hold its answers against. */
export type TargetFacts = {
  /** `cacheApi`: it lists 2.14. `legacy`: it does not, and has the middleware's paths. Both have the middleware's paths. */
  dialect: 'cacheApi' | 'legacy';
  /** The newest version that it lists: `2.16`. */
  apiVersion: string;
  /** Whether what is queued is fetched at once, or by a job that `fetchQueued` stands for. */
  fetch: 'atOnce' | 'periodic';
  /** Whether it lists 2.18. */
  pruneAndClean: boolean;
  /** Its `image_cache_max_size` in bytes. The suite makes images of more than that, so it should be small (some MiB). */
  limitBytes: number;
  /** Whether `deleteImage` goes past this host's node, so that what the node has cached of the image becomes an orphan. */
  deletesElsewhere: boolean;
};

/**
 * One glance-api host, simulated or real, that the contract suite runs against. Its pipeline has `cachemanagement`, its
 * cache is its own, and nobody else uses it meanwhile: the suite empties cache and queue before each test. Other images
 * may be in the catalogue; the suite deletes those it made.
 */
export type CacheApiTarget = {
  /** For the report: `Glance 25.1`. */
  name: string;
  /** `http://127.0.0.1:9292`, without `/v2`. */
  address: string;
  facts: TargetFacts;
  /** With `/v3`. */
  authUrl: string;
  /** Has the role admin in its project. */
  admin: TargetLogin;
  /** Has the role member only, in another project. */
  member: TargetLogin;
  /**
   * Makes an image with this many bytes of data in the admin's project, as the admin; resolves with its id when it is
   * active. No data of it is in the host's cache.
   */
  makeImage(image: {
    name: string;
    bytes: number;
    visibility: 'public' | 'private';
    hidden?: boolean;
  }): Promise<string>;
  /** Makes an image whose status stays `queued`, in the admin's project. */
  makeImageWithoutData(name: string): Promise<string>;
  /** Deletes an image from Glance (see `deletesElsewhere`); one that is gone already is no error. */
  deleteImage(imageId: string): Promise<void>;
  /** Downloads an image from this host, to the last byte, as the admin. */
  download(imageId: string): Promise<void>;
  /** Where `facts.fetch` is `periodic`: has the host's job run now. */
  fetchQueued?(): Promise<void>;
};
