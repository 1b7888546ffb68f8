import { type FindSource, type FindSources, type Found, mostCandidates } from '../contract/discovery.ts';
import { ExpectedFailure } from '../contract/failure.ts';
import type { HostImages, HostSummary } from '../contract/fleet.ts';
import type { HostSettings } from '../contract/hosts.ts';
import { GlanceHost } from '../glance/glance-host.ts';
import type { CatalogueEntry, Session } from '../keystone/keystone-session.ts';
import { entryWords, marksByName } from './address-marks.ts';
import { candidatesOfInventory } from './ansible/candidates.ts';
import { askersOf, canBeAsked, tellsNeighbours } from './askers.ts';
import { candidatesOfCatalogue } from './catalogue.ts';
import { catalogueEntries } from './examine.ts';
import type { FoundHosts } from './found-hosts.ts';
import { findNodes, type NodesAsker } from './nodes.ts';
import { type Lookup, Places } from './places.ts';

/** What is known of a cloud before anybody is asked. */
export type KnownCloud = {
  session: Session;
  /** Every host that the console has of it. */
  hosts: readonly HostSettings[];
  /** The same as last polled. */
  summaries: readonly HostSummary[];
  images: (hostId: string) => HostImages;
  lookup: Lookup;
};

/** A place whose text was read already: a pasted list. */
type Asked = Exclude<FindSource, { kind: 'paste' }> | { kind: 'paste'; found: FoundHosts };

/** What can be asked for the hosts of a cloud now. */
export async function askableSources(cloud: KnownCloud, signal?: AbortSignal): Promise<FindSources> {
  const capable = canBeAsked(cloud.summaries);
  const byHosts: FindSources['nodes'] = {
    can: true,
    text: `Asks ${listed(capable.map(({ name }) => name))} who else keeps a cache in the same database.`,
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
            text: `It names ${namedBy(entries)}.`,
          }
        : {
            can: false,
            reason: 'The catalogue of this cloud names no image service.',
            remedy: 'Look at it with openstack catalog list, or find the hosts in another way.',
          },
    nodes:
      capable.length > 0
        ? byHosts
        : chosen.length > 0
          ? {
              can: true,
              text: 'No host of the console can be asked: asks the catalogue’s endpoint, where whichever host answers speaks for all that share its database.',
            }
          : {
              can: false,
              reason: 'No host of this cloud in the console runs Glance 2026.2 (33) or later, which could be asked.',
              remedy: 'Add one that does, or find the hosts in another way.',
            },
  };
}

/** The endpoints as the catalogue has them: `http://glance:9292 (public, RegionOne)`; the cloud's own first. */
function namedBy(entries: readonly CatalogueEntry[]): string {
  const named = candidatesOfCatalogue(entries).candidates.map(({ address }) => {
    const same = entries.filter((entry) => entry.address === address);
    const own = same.some(({ chosen }) => chosen) ? '' : ', not the cloud’s own region and interface';
    return `${address} (${entryWords(same)}${own})`;
  });
  return named.slice(0, 4).join('; ').slice(0, 900);
}

/** Some names as a sentence has them: `a, b, c and 5 more`. */
function listed(names: readonly string[]): string {
  const shown = names.slice(0, names.length > 4 ? 3 : 4);
  const last = names.length > 4 ? `${names.length - 3} more` : shown.pop();
  return shown.length === 0 ? (last ?? '') : `${shown.join(', ')} and ${last}`;
}

/** Asks one place for hosts, and compares what it names with what the console has and what the catalogue says. */
export async function findHosts(asked: Asked, cloud: KnownCloud, signal?: AbortSignal): Promise<Found> {
  let failure: Found['failure'] = null;
  let found: FoundHosts = { candidates: [], problems: [] };
  try {
    found = await ask(asked, cloud, signal);
  } catch (error) {
    if (!(error instanceof ExpectedFailure) || error.failure.code === 'interrupted') throw error;
    failure = error.failure;
  }
  const candidates = withOwnNames(found.candidates.slice(0, mostCandidates));
  const entries = await catalogueEntries(cloud.session, signal);
  const known = new Map(cloud.hosts.map((host) => [host.address, host.id]));
  const unknown = candidates.some(({ address }) => !known.has(address));
  const places = await Places.of(
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
      const twin = () => cloud.hosts.find((host) => places.same(host.address, address))?.id;
      return {
        ...candidate,
        knownHostId: known.get(address) ?? twin() ?? null,
        marks: marksByName(address, places, entries, asked.kind === 'nodes'),
      };
    }),
    problems: found.problems.slice(0, 200),
    failure,
  };
}

async function ask(asked: Asked, cloud: KnownCloud, signal?: AbortSignal): Promise<FoundHosts> {
  switch (asked.kind) {
    case 'catalogue':
      return candidatesOfCatalogue(await cloud.session.catalogueEntries(signal));
    case 'nodes':
      return findNodes(await nodesAskers(cloud, signal), cloud.session, signal);
    case 'inventory':
      return candidatesOfInventory(asked);
    case 'paste':
      return asked.found;
  }
}

/** The console's own hosts; where none of them can be asked, the catalogue's endpoints with what they have cached. */
async function nodesAskers(cloud: KnownCloud, signal?: AbortSignal): Promise<NodesAsker[]> {
  const capable = canBeAsked(cloud.summaries);
  if (capable.length > 0) return askersOf(capable, cloud.images);
  const askers: NodesAsker[] = [];
  for (const address of await cloud.session.imageEndpoints(signal)) {
    const host = new GlanceHost({ address, session: cloud.session });
    const capabilities = await host.capabilities(signal);
    if (!tellsNeighbours(capabilities)) {
      throw new ExpectedFailure({
        code: 'unsupported',
        message: `${address}: Glance ${capabilities.release} answers there, which cannot be asked for its neighbours.`,
        remedy: 'Glance 2026.2 (33) and later can. Find the hosts in another way.',
      });
    }
    const { cached } = await host.list(capabilities, signal);
    const imageIds = cached.toSorted((a, b) => b.hits - a.hits).map(({ imageId }) => imageId);
    askers.push({ name: 'The catalogue’s endpoint', address, imageIds });
  }
  return askers;
}

/** Where several are called alike, as those known by one IP address are, each takes its port to its name. */
function withOwnNames(candidates: FoundHosts['candidates']): FoundHosts['candidates'] {
  const count = new Map<string, number>();
  for (const { name } of candidates) count.set(name, (count.get(name) ?? 0) + 1);
  return candidates.map((candidate) => {
    const port = new URL(candidate.address).port;
    if ((count.get(candidate.name) ?? 0) < 2 || port === '') return candidate;
    return { ...candidate, name: `${candidate.name.slice(0, 94)}:${port}` };
  });
}
