/** A user of the domain Default, with a project to log in to. */
export type TargetLogin = { username: string; password: string; project: string };

/** The facts about the Glance behind a target; the suite compares its answers with them. */
export type TargetFacts = {
  /** `cacheApi`: the host lists 2.14. `legacy`: it does not. Both have the paths of the middleware. */
  dialect: 'cacheApi' | 'legacy';
  /** The newest version that the host lists: `2.16`. */
  apiVersion: string;
  /** Whether queued images are fetched at once, or by a job that `fetchQueued` runs. */
  fetch: 'atOnce' | 'periodic';
  /** Whether the host lists 2.18. */
  pruneAndClean: boolean;
  /** The host's `image_cache_max_size` in bytes. The suite makes images that exceed it, so it should be a few MiB. */
  limitBytes: number;
  /** Whether `deleteImage` uses another node, so that this node's cached copy becomes an orphan. */
  deletesElsewhere: boolean;
};

/**
 * One glance-api host, simulated or real, that the contract suite runs against. Its pipeline has `cachemanagement`, and
 * no other client uses its cache: the suite clears cache and queue before each test. The catalog may have other images;
 * the suite deletes its own.
 */
export type CacheApiTarget = {
  /** The name in reports: `Glance 25.1`. */
  name: string;
  /** `http://127.0.0.1:9292`, without `/v2`. */
  address: string;
  facts: TargetFacts;
  /** The address of Keystone, with `/v3`. */
  authUrl: string;
  /** A user with the role admin in their project. */
  admin: TargetLogin;
  /** A user with only the role member, in another project. */
  member: TargetLogin;
  /**
   * Makes an image with this many bytes in the admin's project, as the admin. Resolves with its id when it is active.
   * The host does not have it cached.
   */
  makeImage(image: {
    name: string;
    bytes: number;
    visibility: 'public' | 'private';
    hidden?: boolean;
  }): Promise<string>;
  /** Makes an image whose status stays `queued`, in the admin's project. */
  makeImageWithoutData(name: string): Promise<string>;
  /** Deletes an image from Glance (see `deletesElsewhere`); does nothing if it is already deleted. */
  deleteImage(imageId: string): Promise<void>;
  /** Downloads an image completely from this host, as the admin. */
  download(imageId: string): Promise<void>;
  /** If `facts.fetch` is `periodic`: runs the host's job now. */
  fetchQueued?(): Promise<void>;
};
