import type { AddressMark } from '../contract/hosts.ts';
import type { CatalogueEntry } from '../keystone/keystone-session.ts';
import { meaning } from './balancer.ts';
import type { Places } from './places.ts';

/** How the catalogue names an endpoint: `public and internal, RegionOne`. */
export function entryWords(entries: readonly CatalogueEntry[]): string {
  const interfaces = [...new Set(entries.map((entry) => entry.interface))];
  const regions = [...new Set(entries.flatMap((entry) => entry.regions))];
  return [interfaces.join(' and '), ...regions].join(', ').slice(0, 300);
}

/** What an address gives away without being asked. `isNode`: a host calls itself by it. */
export function marksByName(
  address: string,
  places: Places,
  entries: readonly CatalogueEntry[],
  isNode = false,
): AddressMark[] {
  const marks: AddressMark[] = [];
  const same = entries.filter((entry) => places.same(entry.address, address));
  if (same.length > 0) {
    const named = `The image service’s entry in the catalogue (${entryWords(same)}) leads to this address.`;
    const text = isNode
      ? `${named} A host calls itself by it as well, so it may be that host alone. ${meaning}`
      : `${named} That is mostly a load balancer in front of the hosts; in a cloud with one glance-api host it may be the host itself. ${meaning}`;
    marks.push({ kind: 'catalogue', label: 'the catalogue’s endpoint', text: text.slice(0, 1_000) });
  }
  const ips = places.several(address);
  if (ips.length > 0) {
    const shown = `${ips.slice(0, 4).join(', ')}${ips.length > 4 ? ', …' : ''}`;
    const text = `The name stands for ${ips.length} addresses (${shown}), of which each request may take another. ${meaning} Add them one by one.`;
    marks.push({ kind: 'manyAddresses', label: `${ips.length} addresses`, text });
  }
  return marks;
}
