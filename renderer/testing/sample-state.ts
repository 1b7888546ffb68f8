import type { Cloud } from '../../electron/contract/clouds.ts';
import type { HostSummary } from '../../electron/contract/fleet.ts';
import type { Capabilities } from '../../electron/contract/hosts.ts';

/** A cloud of clouds.yaml that the console is logged in to. */
export const sampleCloud: Cloud = {
  id: 'c1',
  name: 'production',
  source: { kind: 'cloudsYaml', cloudName: 'production' },
  secret: 'reference',
  identity: { user: 'admin', project: 'admin', roles: ['admin'], expiresAt: null },
  failure: null,
  readOnly: false,
  production: false,
  remote: null,
};

/** A host of `sampleCloud` that has not been read yet. */
export function sampleHost(name: string, more: Partial<HostSummary> = {}): HostSummary {
  return {
    id: name,
    cloudId: sampleCloud.id,
    name,
    address: `http://${name}:9292`,
    limitBytes: null,
    note: '',
    labels: [],
    region: null,
    imageServiceId: 'cloud',
    remote: null,
    state: 'waiting',
    capabilities: null,
    maintenance: { prune: [], clean: [], prefetch: [] },
    failure: null,
    failedTries: 0,
    failingSince: null,
    warnings: [],
    totals: null,
    refreshedAt: null,
    refreshing: false,
    nextPollAt: null,
    revision: 0,
    ...more,
  };
}

const can = { can: true, how: 'cacheApi' } as const;
/** What a host of Glance 25 supports. */
export const sampleCapabilities: Capabilities = {
  dialect: 'cacheApi',
  versions: ['2.16'],
  apiVersion: '2.16',
  release: '25',
  fetch: 'atOnce',
  abilities: { list: can, queue: can, delete: can, clear: can, prune: can, clean: can },
};
