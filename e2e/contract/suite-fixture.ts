import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import { type Connection, connection, type Login } from '../../electron/contract/clouds.ts';
import { ExpectedFailure, type Failure } from '../../electron/contract/failure.ts';
import type { Capabilities } from '../../electron/contract/hosts.ts';
import type { CacheListing } from '../../electron/glance/cache-listing.ts';
import { GlanceHost } from '../../electron/glance/glance-host.ts';
import { Session } from '../../electron/keystone/keystone-session.ts';
import { type RawAnswer, type RawRequest, sendRaw } from './raw.ts';
import type { CacheApiTarget, TargetLogin } from './target.ts';

const plain: Connection = connection.parse({});

/** A session of the console for one login to a target's Keystone. */
export function sessionOf(authUrl: string, { username, password, project }: TargetLogin): Session {
  const login: Login = {
    kind: 'password',
    authUrl,
    username,
    userDomain: 'Default',
    projectName: project,
    projectDomain: 'Default',
  };
  return sessionWith(login, password);
}

export function sessionWith(login: Login, secret: string | undefined): Session {
  return new Session({ resolve: async () => ({ login, secret, connection: plain }) });
}

/** Returns the failure of a request. The test fails if the request succeeds or throws something else. */
export async function failureOf(work: Promise<unknown>): Promise<Failure> {
  const outcome = await work.then(
    (value: unknown) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if ('value' in outcome) throw new Error(`Should have failed, and gave ${JSON.stringify(outcome.value)}`);
  if (outcome.error instanceof ExpectedFailure) return outcome.error.failure;
  throw outcome.error;
}

/** Shared by the tests of the suite: the console's client of one target, and ways to see the target's state. */
export class SuiteFixture {
  readonly target: CacheApiTarget;
  readonly admin: Session;
  readonly member: Session;
  readonly host: GlanceHost;
  readonly memberHost: GlanceHost;
  readonly #made = new Set<string>();
  #capabilities: Promise<Capabilities> | undefined;

  constructor(target: CacheApiTarget) {
    this.target = target;
    this.admin = sessionOf(target.authUrl, target.admin);
    this.member = sessionOf(target.authUrl, target.member);
    this.host = new GlanceHost({ address: target.address, session: this.admin });
    this.memberHost = new GlanceHost({ address: target.address, session: this.member });
  }

  capabilities(): Promise<Capabilities> {
    this.#capabilities ??= this.host.capabilities();
    return this.#capabilities;
  }

  async list(): Promise<CacheListing> {
    return this.host.list(await this.capabilities());
  }

  /** A plain request as the admin, as the member, with another token, or without one. */
  async raw(request: RawRequest, as: 'admin' | 'member' | 'nobody' = 'admin'): Promise<RawAnswer> {
    if (as === 'nobody') return sendRaw(this.target.address, request);
    const session = this[as];
    const token = await session.token();
    const answer = await sendRaw(this.target.address, { ...request, token });
    // The first token that a process validates may be refused by mistake (docs/glance-cache-api.md, section 10).
    return answer.status === 401 ? sendRaw(this.target.address, { ...request, token }) : answer;
  }

  async image(name: string, options: { bytes?: number; visibility?: 'public' | 'private'; hidden?: boolean } = {}) {
    const { bytes = 20_000, visibility = 'public', hidden = false } = options;
    return this.#remember(await this.target.makeImage({ name: `contract-${name}`, bytes, visibility, hidden }));
  }

  async imageWithoutData(name: string): Promise<string> {
    return this.#remember(await this.target.makeImageWithoutData(`contract-${name}`));
  }

  #remember(id: string): string {
    this.#made.add(id);
    return id;
  }

  /** Queues an image that no worker fetches, even on hosts that fetch at once: the middleware wakes no worker. */
  async queueForNobody(imageId: string): Promise<void> {
    const answer = await this.raw({ method: 'PUT', path: `/v2/queued_images/${imageId}` });
    expect(answer.status, answer.text).toBe(200);
  }

  /** Queues an image with the console's client and waits until the host has it. */
  async cacheImage(imageId: string): Promise<void> {
    await this.host.queue(await this.capabilities(), imageId);
    await this.target.fetchQueued?.();
    await this.until(
      `${imageId} to be cached`,
      ({ cached, queued }) => has(cached, imageId) && !queued.includes(imageId),
    );
  }

  /** Repeats the request until the host's own list meets the condition. */
  async until(what: string, holds: (listing: CacheListing) => boolean): Promise<CacheListing> {
    const deadline = Date.now() + 30_000;
    for (;;) {
      const listing = await this.list();
      if (holds(listing)) return listing;
      if (Date.now() > deadline) throw new Error(`Waited 30 s for ${what}: ${JSON.stringify(listing)}`);
      await delay(20);
    }
  }

  async empty(): Promise<void> {
    await this.host.clear(await this.capabilities(), 'both');
    await this.until('an empty cache', ({ cached, queued }) => cached.length === 0 && queued.length === 0);
  }

  async close(): Promise<void> {
    await this.empty();
    for (const id of this.#made) await this.target.deleteImage(id);
    await Promise.all([this.admin.close(), this.member.close()]);
  }
}

export function has(records: readonly { imageId: string }[], imageId: string): boolean {
  return records.some((record) => record.imageId === imageId);
}
