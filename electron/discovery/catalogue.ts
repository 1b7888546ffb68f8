import { nameOfAddress } from '../contract/address.ts';
import type { CatalogueEntry } from '../keystone/keystone-session.ts';
import { entryWords } from './address-marks.ts';
import type { FoundHosts } from './found-hosts.ts';

/** The addresses of the image service's entry in the catalogue: those of the cloud's own region and interface first. */
export function candidatesOfCatalogue(entries: readonly CatalogueEntry[]): FoundHosts {
  const byAddress = new Map<string, CatalogueEntry[]>();
  const sorted = [...entries].sort((a, b) => Number(b.chosen) - Number(a.chosen));
  for (const entry of sorted) byAddress.set(entry.address, [...(byAddress.get(entry.address) ?? []), entry]);
  return {
    candidates: [...byAddress].map(([address, same]) => ({
      address,
      name: nameOfAddress(address),
      limitBytes: null,
      from: `image catalogue: ${entryWords(same)}`,
    })),
    problems: [],
  };
}
