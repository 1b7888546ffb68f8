import { isDeepStrictEqual } from 'node:util';
import type { CloudId, CloudSettings, Identity } from '../contract/clouds.ts';
import { ExpectedFailure, type Failure } from '../contract/failure.ts';
import type { ResolvedCloud } from '../keystone/cloud-login.ts';
import { Session } from '../keystone/keystone-session.ts';
import { failureOf } from '../lib/fault.ts';
import type { Logger } from '../store/log.ts';

/** After a failure the login of a cloud is not looked at again sooner, in milliseconds. */
const lookedAgainAfter = 5_000;

type Entry = {
  session: Session;
  identity: Identity | null;
  failure: Failure | null;
  checking: Promise<void> | undefined;
  checkedAt: number;
};

export type SessionsOptions = {
  resolve: (cloudId: CloudId) => Promise<ResolvedCloud>;
  /** Who is logged in, or why nobody is, changed. */
  changed: () => void;
  log: Logger;
  now: () => number;
};

/** The login of each cloud. */
export class Sessions {
  readonly #options: SessionsOptions;
  readonly #entries = new Map<CloudId, Entry>();

  constructor(options: SessionsOptions) {
    this.#options = options;
  }

  of(cloudId: CloudId): Session {
    return this.#entry(cloudId).session;
  }

  /** Who is logged in to a cloud, as far as is known without asking. */
  state(cloud: CloudSettings): { identity: Identity | null; failure: Failure | null } {
    const entry = this.#entries.get(cloud.id);
    return { identity: entry?.session.lastIdentity ?? entry?.identity ?? null, failure: entry?.failure ?? null };
  }

  /** Logs in anew and tells who that is. Throws what the login failed with. */
  async logIn(cloudId: CloudId, signal?: AbortSignal): Promise<Identity> {
    const entry = this.#entry(cloudId);
    try {
      const identity = await entry.session.logIn(signal);
      this.#say(entry, { identity, failure: null });
      return identity;
    } catch (error) {
      if (error instanceof ExpectedFailure && !signal?.aborted) {
        this.#say(entry, { identity: null, failure: error.failure });
      }
      throw error;
    }
  }

  /** Looks behind whether a cloud can be logged in to, unless that was done a moment ago. */
  check(cloudId: CloudId): void {
    const entry = this.#entry(cloudId);
    if (entry.checking || this.#options.now() - entry.checkedAt < lookedAgainAfter) return;
    entry.checkedAt = this.#options.now();
    entry.checking = this.#check(cloudId, entry).finally(() => {
      entry.checking = undefined;
    });
  }

  /** Starts over with a cloud whose login changed. */
  renew(cloudId: CloudId): void {
    const entry = this.#entries.get(cloudId);
    this.#entries.delete(cloudId);
    // What still speaks with the old login is interrupted; nobody waits for that.
    if (entry) void entry.session.close();
    this.#options.changed();
  }

  async close(): Promise<void> {
    await Promise.all([...this.#entries.values()].map((entry) => entry.session.close()));
  }

  async #check(cloudId: CloudId, entry: Entry): Promise<void> {
    try {
      this.#say(entry, { identity: await entry.session.identity(), failure: null });
    } catch (error) {
      if (this.#entries.get(cloudId) !== entry) return;
      this.#say(entry, { identity: null, failure: failureOf(error, this.#options.log, 'logging in') });
    }
  }

  #say(entry: Entry, { identity, failure }: Pick<Entry, 'identity' | 'failure'>): void {
    if (isDeepStrictEqual([entry.identity, entry.failure], [identity, failure])) return;
    Object.assign(entry, { identity, failure });
    this.#options.changed();
  }

  #entry(cloudId: CloudId): Entry {
    const existing = this.#entries.get(cloudId);
    if (existing) return existing;
    const session = new Session({ resolve: () => this.#options.resolve(cloudId), now: this.#options.now });
    const entry = { session, identity: null, failure: null, checking: undefined, checkedAt: Number.NEGATIVE_INFINITY };
    this.#entries.set(cloudId, entry);
    return entry;
  }
}
