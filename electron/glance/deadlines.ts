/** Milliseconds that each kind of request may take, from connecting to the last byte. */
export type Deadlines = {
  versions: number;
  list: number;
  change: number;
  prune: number;
  clean: number;
  catalogue: number;
  /** Of an image's data: without a byte, not for the whole of it. */
  read: number;
};

/**
 * Generous where the servers are slow: Glance 25 with one worker answers nobody while it fetches an image (10 s for
 * 1.5 GB), not even who asks for its versions. A native prune can hang for ever, so two minutes are its end.
 */
export const defaultDeadlines: Deadlines = {
  versions: 60_000,
  list: 60_000,
  change: 60_000,
  prune: 120_000,
  clean: 120_000,
  catalogue: 60_000,
  read: 60_000,
};
