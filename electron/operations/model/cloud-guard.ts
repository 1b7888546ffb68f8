import type { CloudId, CloudSettings } from '../../contract/clouds.ts';
import { ExpectedFailure, type Failure } from '../../contract/failure.ts';
import type { HostSummary } from '../../contract/fleet.ts';
import type { HostId } from '../../contract/hosts.ts';

/** The operator's flags of a cloud: whether it is read-only, and whether it is a production cloud. */
export type CloudFlags = Pick<CloudSettings, 'name' | 'readOnly' | 'production'>;

export type CloudGuardOptions = {
  cloud: (cloudId: CloudId) => CloudFlags | undefined;
  hosts: () => readonly HostSummary[];
};

/** Enforces the flags of the clouds. Every request that changes a host is checked here first. */
export class CloudGuard {
  readonly #options: CloudGuardOptions;

  constructor(options: CloudGuardOptions) {
    this.#options = options;
  }

  flags(cloudId: CloudId): CloudFlags | undefined {
    return this.#options.cloud(cloudId);
  }

  /** The failure to report if the cloud is read-only; `undefined` if its hosts may be changed. */
  closed(cloudId: CloudId): Failure | undefined {
    const cloud = this.#options.cloud(cloudId);
    return cloud?.readOnly ? readOnly(cloud.name) : undefined;
  }

  /** Throws `forbidden` if one of these hosts belongs to a read-only cloud. */
  requireWritable(hostIds: ReadonlySet<HostId>): void {
    for (const { id, cloudId } of this.#options.hosts()) {
      const closed = hostIds.has(id) ? this.closed(cloudId) : undefined;
      if (closed) throw new ExpectedFailure(closed);
    }
  }

  /** Identifies the production clouds among those of these hosts. A plan is valid only while this stays the same. */
  productionClouds(hostIds: ReadonlySet<HostId>): string {
    const clouds = this.#options.hosts().filter(({ id }) => hostIds.has(id));
    const marked = clouds.filter(({ cloudId }) => this.#options.cloud(cloudId)?.production);
    return [...new Set(marked.map(({ cloudId }) => cloudId))].sort().join(' ');
  }
}

function readOnly(cloudName: string): Failure {
  return {
    code: 'forbidden',
    message: `The cloud ${cloudName} is read-only in this console. Changes to its hosts are blocked.`,
    remedy: 'To make changes, turn off read-only mode in Settings, under Clouds.',
    notSent: true,
  };
}
