import { randomUUID } from 'node:crypto';
import type { CloudId } from '../contract/clouds.ts';
import type { HostSettings } from '../contract/hosts.ts';
import { nameOfAddress } from '../contract/hosts.ts';
import { lookUpAddresses } from '../discovery/address-lookup.ts';
import { groupsOf } from '../discovery/ansible/read-inventory.ts';
import { examineAddress, examineAddresses } from '../discovery/examine-address.ts';
import { askableSources, type DiscoveryContext, findHosts } from '../discovery/find-hosts.ts';
import type { FoundHosts } from '../discovery/host-candidates.ts';
import { readPastedHosts } from './pasted-hosts.ts';
import type { Implementer } from './procedure-errors.ts';
import type { Services } from './services.ts';

export function discoveryProcedures({ discovery: os }: Implementer, services: Services) {
  const { settings, fleet } = services;
  const known = (cloudId: CloudId): DiscoveryContext => {
    const { id } = settings.cloud(cloudId);
    return {
      session: services.sessions.of(id),
      hosts: settings.hosts.filter((host) => host.cloudId === id),
      summaries: fleet.summaries().filter((host) => host.cloudId === id),
      images: (hostId) => fleet.images(hostId),
      lookup: lookUpAddresses,
    };
  };
  return {
    sources: os.sources.handler(({ input, signal }) => askableSources(known(input.cloudId), signal)),
    groups: os.groups.handler(({ input }) => groupsOf(input)),
    find: os.find.handler(({ input: { cloudId, source }, signal }) => {
      const asked = source.kind === 'paste' ? { kind: source.kind, found: pasted(source.text) } : source;
      return findHosts(asked, known(cloudId), signal);
    }),
    examine: os.examine.handler(({ input: { cloudId, addresses, chosen }, signal }) => {
      const { id } = settings.cloud(cloudId);
      return examineAddresses(addresses, (address, ends) => examineHost(services, id, address, chosen, ends), signal);
    }),
    add: os.add.handler(async ({ input: { cloudId, region, hosts } }) => {
      const { id } = settings.cloud(cloudId);
      const taken = new Set(settings.hosts.filter((host) => host.cloudId === id).map(({ address }) => address));
      const added: HostSettings[] = [];
      const duplicates: string[] = [];
      for (const { address, name, limitBytes } of hosts) {
        if (taken.has(address)) duplicates.push(address);
        else added.push({ ...newHost(id, address, name, limitBytes), region });
        taken.add(address);
      }
      if (added.length > 0) await settings.addHosts(id, added);
      return { added, duplicates };
    }),
  };
}

/**
 * Tests an address, with a cloud's login if the operator has selected it, and checks whether it looks like a load
 * balancer.
 */
export function examineHost(
  { sessions, env }: Services,
  cloudId: CloudId,
  address: string,
  chosen: boolean,
  signal?: AbortSignal,
) {
  return examineAddress(address, { session: sessions.of(cloudId), lookup: lookUpAddresses, env, chosen }, signal);
}

/** The candidates of a pasted list. Hosts that the console already has are marked later, for all sources. */
function pasted(text: string): FoundHosts {
  const found: FoundHosts = { candidates: [], problems: [] };
  for (const { line, outcome, address, name, limitBytes, reason } of readPastedHosts(text, new Map())) {
    if (outcome === 'willAdd' && address !== null) {
      const from = `pasted, line ${line}`;
      found.candidates.push({ address, name: name ?? nameOfAddress(address), limitBytes, from });
    } else found.problems.push({ line, text: reason ?? 'Invalid entry.' });
  }
  return found;
}

function newHost(cloudId: CloudId, address: string, name: string, limitBytes: number | null): HostSettings {
  return { id: randomUUID(), cloudId, address, name, limitBytes, note: '', labels: [], region: null, remote: null };
}
