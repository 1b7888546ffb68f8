import { type FindSource, type FindSources, type Found, maxCandidates } from '../contract/discovery.ts';
import { ExpectedFailure } from '../contract/failure.ts';
import type { HostImages, HostSummary } from '../contract/fleet.ts';
import type { HostSettings } from '../contract/hosts.ts';
import { GlanceHost } from '../glance/glance-host.ts';
import type { CatalogueEntry, Session } from '../keystone/keystone-session.ts';
import { type Lookup, ResolvedAddresses } from './address-lookup.ts';
import { findNodes, hasNodesApi, hostsWithNodesApi, type NodeSource, rankNodeSources } from './glance-nodes.ts';
import type { FoundHosts } from './host-candidates.ts';
import { catalogueCandidates, catalogueEntries, inventoryCandidates } from './host-candidates.ts';
import { addressMarks, describeEntries } from './load-balancer.ts';
import { isLoopback, loopbackMark } from './own-machine.ts';

/** The data about a cloud that a search needs. */
export type DiscoveryContext = {
  session: Session;
  /** Every host of the cloud in the console. */
  hosts: readonly HostSettings[];
  /** The same hosts as of the last poll. */
  summaries: readonly HostSummary[];
  images: (hostId: string) => HostImages;
  lookup: Lookup;
};

/** Where to search. A pasted list has already been parsed. */
type Asked = Exclude<FindSource, { kind: 'paste' }> | { kind: 'paste'; found: FoundHosts };

/** Which sources can be searched for hosts of a cloud at present. */
export async function askableSources(cloud: DiscoveryContext, signal?: AbortSignal): Promise<FindSources> {
  const capable = hostsWithNodesApi(cloud.summaries);
  const byHosts: FindSources['nodes'] = {
    can: true,
    text: `Asks ${listed(capable.map(({ name }) => name))} for the nodes that share its cache database.`,
  };
  let entries: CatalogueEntry[];
  try {
    entries = await cloud.session.catalogueEntries(signal);
  } catch (error) {
    if (!(error instanceof ExpectedFailure) || error.failure.code === 'interrupted') throw error;
    const { message, remedy } = error.failure;
    const cannot = { can: false, reason: message.slice(0, 1_000), remedy: remedy.slice(0, 1_000) } as const;
    return { catalogue: cannot, nodes: capable.length > 0 ? byHosts : cannot };
  }
  const chosen = entries.filter((entry) => entry.chosen);
  return {
    catalogue:
      entries.length > 0
        ? {
            can: true,
            text: `It lists ${describeEndpoints(entries)}.`,
          }
        : {
            can: false,
            reason: 'The service catalog of this cloud has no image service.',
            remedy: 'Check it with openstack catalog list, or use another source.',
          },
    nodes:
      capable.length > 0
        ? byHosts
        : chosen.length > 0
          ? {
              can: true,
              text: 'No host in the console supports this. The service catalog endpoint is used instead; the responding host lists all nodes that share its database.',
            }
          : {
              can: false,
              reason: 'No host of this cloud in the console runs Glance 2026.2 (33) or later.',
              remedy: 'Add such a host, or use another source.',
            },
  };
}

/** The endpoints of the catalog, the cloud's own first: `http://glance:9292 (public, RegionOne)`. */
function describeEndpoints(entries: readonly CatalogueEntry[]): string {
  const named = catalogueCandidates(entries).candidates.map(({ address }) => {
    const same = entries.filter((entry) => entry.address === address);
    const own = same.some(({ chosen }) => chosen) ? '' : ', not in the region and interface of the cloud';
    return `${address} (${describeEntries(same)}${own})`;
  });
  return named.slice(0, 4).join('; ').slice(0, 900);
}

/** Names as a list in a sentence: `a, b, c and 5 more`. */
function listed(names: readonly string[]): string {
  const shown = names.slice(0, names.length > 4 ? 3 : 4);
  const last = names.length > 4 ? `${names.length - 3} more` : shown.pop();
  return shown.length === 0 ? (last ?? '') : `${shown.join(', ')} and ${last}`;
}

/** Searches one source for hosts and compares them with the hosts of the console and with the Keystone catalog. */
export async function findHosts(asked: Asked, cloud: DiscoveryContext, signal?: AbortSignal): Promise<Found> {
  let failure: Found['failure'] = null;
  let found: FoundHosts = { candidates: [], problems: [] };
  try {
    found = await ask(asked, cloud, signal);
  } catch (error) {
    if (!(error instanceof ExpectedFailure) || error.failure.code === 'interrupted') throw error;
    failure = error.failure;
  }
  const candidates = withUniqueNames(found.candidates.slice(0, maxCandidates));
  const entries = await catalogueEntries(cloud.session, signal);
  const ownMachine = await marksOwnMachine(asked, cloud.session);
  const known = new Map(cloud.hosts.map((host) => [host.address, host.id]));
  const unknown = candidates.some(({ address }) => !known.has(address));
  const resolved = await ResolvedAddresses.of(
    [
      ...candidates.map(({ address }) => address),
      ...entries.map(({ address }) => address),
      ...(unknown ? cloud.hosts.map(({ address }) => address) : []),
    ],
    cloud.lookup,
  );
  return {
    candidates: candidates.map((candidate) => {
      const { address } = candidate;
      const twin = () => cloud.hosts.find((host) => resolved.same(host.address, address))?.id;
      return {
        ...candidate,
        knownHostId: known.get(address) ?? twin() ?? null,
        marks: [
          ...(candidate.marks ?? (ownMachine ? [loopbackMark(address)] : [])).filter((mark) => mark !== undefined),
          ...addressMarks(address, resolved, entries, asked.kind === 'nodes'),
        ],
      };
    }),
    problems: found.problems.slice(0, 200),
    failure,
  };
}

/**
 * Whether a loopback address from this source is marked. Not in a pasted list, which the operator wrote, nor if
 * Keystone itself has one: then the whole cloud is on this machine, or behind its tunnels.
 */
async function marksOwnMachine({ kind }: Asked, session: Session): Promise<boolean> {
  if (kind === 'paste') return false;
  const authUrl = await session.authUrl();
  return authUrl !== undefined && !isLoopback(authUrl);
}

async function ask(asked: Asked, cloud: DiscoveryContext, signal?: AbortSignal): Promise<FoundHosts> {
  switch (asked.kind) {
    case 'catalogue':
      return catalogueCandidates(await cloud.session.catalogueEntries(signal));
    case 'nodes':
      return findNodes(await nodeSources(cloud, signal), cloud.session, signal);
    case 'inventory':
      return inventoryCandidates(asked);
    case 'paste':
      return asked.found;
  }
}

/** The hosts of the console that have the nodes API, or the endpoints of the catalog if none has. */
async function nodeSources(cloud: DiscoveryContext, signal?: AbortSignal): Promise<NodeSource[]> {
  const capable = hostsWithNodesApi(cloud.summaries);
  if (capable.length > 0) return rankNodeSources(capable, cloud.images);
  const sources: NodeSource[] = [];
  for (const address of await cloud.session.imageEndpoints(null, signal)) {
    const host = new GlanceHost({ address, session: cloud.session });
    const capabilities = await host.capabilities(signal);
    if (!hasNodesApi(capabilities)) {
      throw new ExpectedFailure({
        code: 'unsupported',
        message: `${address}: Glance ${capabilities.release} cannot list its neighbours.`,
        remedy: 'This requires Glance 2026.2 (33) or later. Use another source.',
      });
    }
    const { cached } = await host.list(capabilities, signal);
    const imageIds = cached.toSorted((a, b) => b.hits - a.hits).map(({ imageId }) => imageId);
    sources.push({ name: 'The service catalog endpoint', address, imageIds });
  }
  return sources;
}

/** Appends the port to names that occur several times, as those of hosts at one IP address do. */
function withUniqueNames(candidates: FoundHosts['candidates']): FoundHosts['candidates'] {
  const count = new Map<string, number>();
  for (const { name } of candidates) count.set(name, (count.get(name) ?? 0) + 1);
  return candidates.map((candidate) => {
    const port = new URL(candidate.address).port;
    if ((count.get(candidate.name) ?? 0) < 2 || port === '') return candidate;
    return { ...candidate, name: `${candidate.name.slice(0, 94)}:${port}` };
  });
}
